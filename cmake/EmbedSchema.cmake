# openstrat_embed_schema(AREA): call it after openstrat_module(AREA …) in src/AREA/CMakeLists.txt.
# Embeds schema/NNNN_name.sql into the library; `#include "AREA/schema.hpp"` then declares
# std::vector<db::Migration> openstrat::AREA::migrations(). Both files are generated under build/<preset>/generated.
# Namespace other than the directory's name: openstrat_embed_schema(AREA NAMESPACE name).
function(openstrat_embed_schema AREA)
  cmake_parse_arguments(ARG "" "NAMESPACE" "" ${ARGN})
  set(namespace ${AREA})
  if(ARG_NAMESPACE)
    set(namespace ${ARG_NAMESPACE})
  endif()
  file(GLOB files CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/schema/*.sql)
  list(SORT files)
  set(entries "")
  foreach(file ${files})
    get_filename_component(name ${file} NAME_WE)
    if(NOT name MATCHES "^([0-9][0-9][0-9][0-9])_[a-z0-9_]+$")
      message(FATAL_ERROR "${file}: a migration is named NNNN_name.sql")
    endif()
    string(REGEX REPLACE "^0*([0-9]+)_.*$" "\\1" number ${name})
    file(READ ${file} sql)
    string(LENGTH "${sql}" length)
    if(length GREATER 60000)
      message(FATAL_ERROR "${file}: longer than a string literal may be; split the migration")
    endif()
    string(APPEND entries "      {${number}, \"${AREA}/${name}\", R\"--sql--(${sql})--sql--\"},\n")
    set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${file})
  endforeach()
  set(directory ${CMAKE_BINARY_DIR}/generated/${AREA})
  file(CONFIGURE OUTPUT ${directory}/schema.hpp @ONLY CONTENT [=[
// Generated from src/@AREA@/schema by openstrat_embed_schema.
#pragma once

#include <vector>

#include "db/migrations.hpp"

namespace openstrat::@namespace@ {
std::vector<db::Migration> migrations();
}
]=])
  file(CONFIGURE OUTPUT ${directory}/schema.cpp @ONLY CONTENT [=[
// Generated from src/@AREA@/schema by openstrat_embed_schema.
#include "@AREA@/schema.hpp"

namespace openstrat::@namespace@ {

std::vector<db::Migration> migrations() {
  return {
@entries@  };
}

}  // namespace openstrat::@namespace@
]=])
  get_target_property(type openstrat_${AREA} TYPE)
  if(type STREQUAL "INTERFACE_LIBRARY")
    message(FATAL_ERROR "openstrat_embed_schema(${AREA}) needs a library with sources")
  endif()
  target_sources(openstrat_${AREA} PRIVATE ${directory}/schema.cpp)
  target_include_directories(openstrat_${AREA} PUBLIC ${CMAKE_BINARY_DIR}/generated)
endfunction()
