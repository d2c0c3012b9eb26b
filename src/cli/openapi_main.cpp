// openstrat-openapi FILE: writes the OpenAPI document, for the build of the web application.
#include <fstream>
#include <iostream>

#include "app/openapi.hpp"

int main(int argc, char** argv) {
  if (argc != 2) {
    std::cerr << "usage: openstrat-openapi FILE\n";
    return 2;
  }
  const auto document = openstrat::app::openapi_document();
  if (!document) {
    std::cerr << "openstrat-openapi: " << document.error().message() << "\n";
    return 1;
  }
  std::ofstream file(argv[1], std::ios::binary);
  file << *document << '\n';
  file.close();
  if (!file) std::cerr << "openstrat-openapi: cannot write " << argv[1] << "\n";
  return file ? 0 : 1;
}
