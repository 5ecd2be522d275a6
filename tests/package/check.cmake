# Installs the build to a fresh prefix, builds examples/ and every installed header by itself against it, and runs what
# came out: the CMake package, the layout of the headers and the link libraries are those that a user gets.
#   cmake -DBUILD=... -DSOURCE=... -DCXX=... -DCXX_FLAGS=... -P check.cmake
cmake_minimum_required(VERSION 3.22)

function(run what)
  execute_process(COMMAND ${ARGN} RESULT_VARIABLE code OUTPUT_VARIABLE output ERROR_VARIABLE output)
  if(NOT code EQUAL 0)
    message(FATAL_ERROR "${what} failed (${code}):\n${output}")
  endif()
  set(output "${output}" PARENT_SCOPE)
endfunction()

set(work ${BUILD}/package-check)
file(REMOVE_RECURSE ${work})
run("Install" ${CMAKE_COMMAND} --install ${BUILD} --prefix ${work}/prefix)

foreach(project IN ITEMS examples tests/package)
  get_filename_component(name ${project} NAME)
  run("Configuring ${project}" ${CMAKE_COMMAND} -S ${SOURCE}/${project} -B ${work}/${name}
    -DCMAKE_PREFIX_PATH=${work}/prefix -DCMAKE_CXX_COMPILER=${CXX} "-DCMAKE_CXX_FLAGS=${CXX_FLAGS}")
  run("Building ${project}" ${CMAKE_COMMAND} --build ${work}/${name} -j 2)
endforeach()

run("The example" ${work}/examples/score_points)
# The first place has a second establishment and one at exactly 1,000 m (1 per km each, and not within the threshold),
# and others at 2.5 and 30 km: (1 + 1 + 1/2.5 + 1/30) / 4.
foreach(expected IN ITEMS "5 establishments at 4 places, 2 ordered pairs within 1 km" "d-score 0\\.608333 per km")
  if(NOT output MATCHES "${expected}")
    message(FATAL_ERROR "\"${expected}\" is not what the example printed:\n${output}")
  endif()
endforeach()
run("The other example" ${work}/examples/run_register ${work}/tables)
if(NOT output MATCHES "chemicals +25 establishments, mean d-score 0\\.0" OR NOT EXISTS ${work}/tables/regions.csv)
  message(FATAL_ERROR "The other example printed:\n${output}")
endif()
run("The installed program" ${work}/prefix/bin/dscore synth --as-extract ${work}/extract --scale 0.02 --quiet)
run("The example of an import" ${work}/examples/import_register ${work}/extract/import.toml ${work}/release)
if(NOT output MATCHES "establishments \\(establishments.csv\\): read 2[0-9],[0-9]+ = kept 24,000 \\+ dropped 1,[0-9]+"
   OR NOT EXISTS ${work}/release/disclosure_log.csv)
  message(FATAL_ERROR "The example of an import printed:\n${output}")
endif()
run("The installed program" ${work}/prefix/bin/dscore --version)
message(STATUS "${output}")

# What cpack packs: the program with its libraries runs from another folder, and takes them from there.
run("The bundle" ${CMAKE_COMMAND} --install ${BUILD} --component bundle --prefix ${work}/bundle)
file(RENAME ${work}/bundle ${work}/moved)
run("The moved program" env -i ${work}/moved/bin/dscore --version)
run("The moved program's libraries" ldd ${work}/moved/bin/dscore)
if(output MATCHES "libhdf5[^\n]*" AND NOT CMAKE_MATCH_0 MATCHES "/moved/")
  message(FATAL_ERROR "The moved program takes its libraries from elsewhere:\n${output}")
endif()
run("The source archive" cpack --config ${BUILD}/CPackSourceConfig.cmake -B ${work}/source)
file(GLOB archive ${work}/source/*.tar.gz)
run("The source archive" ${CMAKE_COMMAND} -E tar tzf ${archive})
if(NOT output MATCHES "/COMMIT\n" OR NOT output MATCHES "/host/work\\.h\n" OR output MATCHES "\\.o\n")
  message(FATAL_ERROR "The source archive has:\n${output}")
endif()
