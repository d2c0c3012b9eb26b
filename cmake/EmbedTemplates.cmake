# openstrat_embed_templates(AREA): call it after openstrat_module(AREA …) in src/AREA/CMakeLists.txt.
# Embeds templates/*.html and templates/*.txt into the library; `#include "AREA/template_files.hpp"` then declares
# std::span<const templates::File> openstrat::AREA::template_files(), whose names are `AREA/NAME.html`.
function(openstrat_embed_templates AREA)
  file(GLOB files CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/templates/*.html ${CMAKE_CURRENT_SOURCE_DIR}/templates/*.txt)
  list(SORT files)
  set(entries "")
  foreach(file ${files})
    get_filename_component(name ${file} NAME)
    file(READ ${file} text)
    string(LENGTH "${text}" length)
    if(length GREATER 60000)
      message(FATAL_ERROR "${file}: longer than a string literal may be; split the template")
    endif()
    string(APPEND entries "    {\"${AREA}/${name}\", R\"--html--(${text})--html--\"},\n")
    set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${file})
  endforeach()
  set(directory ${CMAKE_BINARY_DIR}/generated/${AREA})
  file(CONFIGURE OUTPUT ${directory}/template_files.hpp @ONLY CONTENT [=[
// Generated from src/@AREA@/templates by openstrat_embed_templates.
#pragma once

#include <span>

#include "templates/library.hpp"

namespace openstrat::@AREA@ {
std::span<const templates::File> template_files();
}
]=])
  file(CONFIGURE OUTPUT ${directory}/template_files.cpp @ONLY CONTENT [=[
// Generated from src/@AREA@/templates by openstrat_embed_templates.
#include "@AREA@/template_files.hpp"

namespace openstrat::@AREA@ {
namespace {

constexpr templates::File kFiles[] = {
@entries@};

}  // namespace

std::span<const templates::File> template_files() { return kFiles; }

}  // namespace openstrat::@AREA@
]=])
  target_sources(openstrat_${AREA} PRIVATE ${directory}/template_files.cpp)
  target_include_directories(openstrat_${AREA} PUBLIC ${CMAKE_BINARY_DIR}/generated)
endfunction()
