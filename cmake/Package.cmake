# Archives (cpack): the program with the shared libraries it needs, to unpack anywhere; and, by
# `cpack --config CPackSourceConfig.cmake`, the sources, which build without a network where the libraries are.
set(CPACK_GENERATOR TGZ)
set(CPACK_SOURCE_GENERATOR TGZ)
set(CPACK_PACKAGE_NAME dscore)
set(CPACK_PACKAGE_FILE_NAME dscore-${PROJECT_VERSION}-${CMAKE_SYSTEM_NAME}-${CMAKE_SYSTEM_PROCESSOR})
set(CPACK_SOURCE_PACKAGE_FILE_NAME dscore-${PROJECT_VERSION})
set(CPACK_SOURCE_IGNORE_FILES "/\\\\.git/;/build[^/]*/;/out[^/]*/;__pycache__;/\\\\.cache/;\\\\.h5$;/compile_commands\\\\.json$")
set(CPACK_STRIP_FILES ON)

# The program finds them from where it is. RPATH, not RUNPATH: theirs among each other as well.
set_target_properties(dscore PROPERTIES INSTALL_RPATH "$ORIGIN/../${CMAKE_INSTALL_LIBDIR}")
target_link_options(dscore PRIVATE -Wl,--disable-new-dtags)

# Only archives have the component `bundle`. Not in it: the C library, whose version a program must be older than, the
# driver's libraries, and MPI, which is the cluster's.
install(TARGETS dscore RUNTIME_DEPENDENCY_SET dscore_libraries DESTINATION ${CMAKE_INSTALL_BINDIR}
  COMPONENT bundle EXCLUDE_FROM_ALL)
install(RUNTIME_DEPENDENCY_SET dscore_libraries COMPONENT bundle EXCLUDE_FROM_ALL
  PRE_EXCLUDE_REGEXES "^lib(c|m|dl|rt|pthread|resolv)\\.so" "^ld-linux" "^libmpi" "^libopen-" "^libcuda\\.so" "^libnvidia"
  DESTINATION ${CMAKE_INSTALL_LIBDIR})
if(DSCORE_IMPORT_LIBRARIES)  # PROJ looks for its database beside its library
  find_file(DSCORE_PROJ_DATABASE proj.db PATH_SUFFIXES share/proj PATHS /usr ${DSCORE_PROJ_DIR}/..)
  if(DSCORE_PROJ_DATABASE)
    install(FILES ${DSCORE_PROJ_DATABASE} DESTINATION share/proj COMPONENT bundle EXCLUDE_FROM_ALL)
  endif()
endif()
set(CPACK_INSTALL_CMAKE_PROJECTS "${PROJECT_BINARY_DIR};dscore;ALL;/;${PROJECT_BINARY_DIR};dscore;bundle;/")

# A source archive is no clone: it says by a file which commit it is.
set(CPACK_INSTALL_SCRIPTS ${PROJECT_BINARY_DIR}/PackageCommit.cmake)
file(WRITE ${PROJECT_BINARY_DIR}/PackageCommit.cmake
  "if(CPACK_SOURCE_INSTALLED_DIRECTORIES)\n  file(WRITE \$ENV{DESTDIR}\${CMAKE_INSTALL_PREFIX}/COMMIT \"${DSCORE_COMMIT}\\n\")\nendif()\n")
include(CPack)
