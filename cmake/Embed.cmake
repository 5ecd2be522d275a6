# dscore_embed(target file name): compiles a text file of the repository into the target. Its sources say
# #include "embedded/NAME.h" and have the text as dscore::embedded::NAME, a std::string_view.
function(dscore_embed target file name)
  set(path ${PROJECT_SOURCE_DIR}/${file})
  set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${path})  # a changed file configures again
  file(READ ${path} text)
  file(CONFIGURE OUTPUT ${PROJECT_BINARY_DIR}/embedded/embedded/${name}.h @ONLY CONTENT
"#pragma once
// Made by CMake from @file@.

#include <string_view>

namespace dscore::embedded {

inline constexpr std::string_view @name@ = R\"dscore-text(@text@)dscore-text\";

}  // namespace dscore::embedded
")
  target_include_directories(${target} PRIVATE ${PROJECT_BINARY_DIR}/embedded)
endfunction()
