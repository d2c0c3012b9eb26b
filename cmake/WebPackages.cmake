# The npm packages of web/, fetched once for everything that needs them: depend on the file ${WEB_PACKAGES_STAMP} and
# the target web_packages. (tools/install.sh, which `make` runs first, touches the same file.)
set(WEB_PACKAGES ${CMAKE_SOURCE_DIR}/web/node_modules)
set(WEB_PACKAGES_STAMP ${WEB_PACKAGES}/.package-lock.json)
add_custom_command(
  OUTPUT ${WEB_PACKAGES_STAMP}
  COMMAND npm ci --no-audit --no-fund --loglevel=error
  COMMAND ${CMAKE_COMMAND} -E touch ${WEB_PACKAGES_STAMP}
  DEPENDS ${CMAKE_SOURCE_DIR}/web/package-lock.json
  WORKING_DIRECTORY ${CMAKE_SOURCE_DIR}/web
  COMMENT "npm packages of the web application and the API reference")
add_custom_target(web_packages DEPENDS ${WEB_PACKAGES_STAMP})
