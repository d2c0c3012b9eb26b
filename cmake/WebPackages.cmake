# The npm packages of web/, fetched once for everything that needs them: depend on the file ${WEB_PACKAGES_STAMP} and the target
# web_packages. Without the web application only what the API reference needs is fetched.
set(WEB_PACKAGES ${CMAKE_SOURCE_DIR}/web/node_modules)
if(OPENSTRAT_WEB)
  set(WEB_PACKAGES_STAMP ${WEB_PACKAGES}/.all)
  set(which "")
else()
  set(WEB_PACKAGES_STAMP ${WEB_PACKAGES}/.few)
  set(which few)
endif()
add_custom_command(
  OUTPUT ${WEB_PACKAGES_STAMP}
  COMMAND ${CMAKE_SOURCE_DIR}/tools/npm-packages.sh ${CMAKE_SOURCE_DIR}/web ${which}
  DEPENDS ${CMAKE_SOURCE_DIR}/web/package-lock.json
  COMMENT "npm packages of web/")
add_custom_target(web_packages DEPENDS ${WEB_PACKAGES_STAMP})
