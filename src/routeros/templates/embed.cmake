# Writes OUT, a source file with the text of every template in DIR: cmake -DDIR=… -DOUT=… -P embed.cmake
file(GLOB files ${DIR}/*.rsc)
list(SORT files)
set(rows "")
foreach(file ${files})
  get_filename_component(name ${file} NAME_WE)
  file(READ ${file} text)
  string(APPEND rows "      {\"${name}\", R\"~rsc~(${text})~rsc~\"},\n")
endforeach()
file(WRITE ${OUT} "#include \"routeros/template.hpp\"\n
namespace openstrat::routeros {\n
const std::vector<EmbeddedTemplate>& embedded_templates() {
  static const std::vector<EmbeddedTemplate> templates{\n${rows}  };
  return templates;
}\n
}  // namespace openstrat::routeros\n")
