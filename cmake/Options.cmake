# What every target of ours is compiled with.
set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_POSITION_INDEPENDENT_CODE ON)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)

add_library(dscore_options INTERFACE)
target_include_directories(dscore_options INTERFACE
  $<BUILD_INTERFACE:${PROJECT_SOURCE_DIR}>
  $<INSTALL_INTERFACE:${CMAKE_INSTALL_INCLUDEDIR}>          # #include <dscore/host/score.h>
  $<INSTALL_INTERFACE:${CMAKE_INSTALL_INCLUDEDIR}/dscore>)  # what our headers write among themselves: "kernels/pair.h"
# The error-free transforms of kernels/within.h, and the same bits on every machine, need a*b+c to stay two roundings
# unless fma is written. This one holds for users of the installed headers too; warnings are our own affair.
target_compile_options(dscore_options INTERFACE
  "$<$<COMPILE_LANGUAGE:CXX>:-ffp-contract=off>"
  "$<BUILD_INTERFACE:$<$<COMPILE_LANGUAGE:CXX>:-Wall;-Wextra;-Wpedantic;-Wshadow>>"
  "$<BUILD_INTERFACE:$<$<COMPILE_LANGUAGE:CUDA>:-fmad=false;-Xcompiler=-Wall,-Wextra,-ffp-contract=off>>")
if(DSCORE_WERROR)
  target_compile_options(dscore_options INTERFACE
    "$<BUILD_INTERFACE:$<$<COMPILE_LANGUAGE:CXX>:-Werror>>"
    "$<BUILD_INTERFACE:$<$<COMPILE_LANGUAGE:CUDA>:-Werror=all-warnings;-Xcompiler=-Werror>>")
endif()
