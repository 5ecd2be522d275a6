# `cmake --install`: the program, the libraries, and a CMake package: find_package(dscore) gives the targets
# dscore::kernels, dscore::host and dscore::io.
include(CMakePackageConfigHelpers)

foreach(library IN ITEMS options thrust kernels host io)
  set_target_properties(dscore_${library} PROPERTIES EXPORT_NAME ${library})
endforeach()
foreach(library IN ITEMS kernels host io)
  add_library(dscore::${library} ALIAS dscore_${library})
endforeach()

if(DSCORE_WITH_CUDA)  # a user's project need not know the language CUDA, so it does not add the runtime by itself
  target_link_libraries(dscore_kernels PRIVATE $<INSTALL_INTERFACE:CUDA::cudart_static>)
endif()

target_include_directories(dscore_io SYSTEM INTERFACE "$<INSTALL_INTERFACE:${HDF5_C_INCLUDE_DIRS}>")  # io/hdf5.h

# options and thrust are only names for flags and link libraries, which the three static libraries carry along.
install(TARGETS dscore_options dscore_thrust dscore_fft dscore_kernels dscore_host dscore_io EXPORT dscore
  ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR})
install(TARGETS dscore RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR})

# What users include; the rest wants Thrust, Highway, nvcc, or nobody's interest. tests/package compiles each by itself.
set(DSCORE_HEADERS
  kernels/backend.h kernels/error.h kernels/large_array.h kernels/pair.h kernels/pair_formula-inl.h kernels/points.h
  kernels/quantile.h kernels/stopwatch.h kernels/within.h host/companies.h host/compare.h host/date.h
  host/definitions.h host/definitions_report.h host/disclosure.h host/import_jobs.h host/import_report.h
  host/population_scores.h host/postcode.h host/provenance.h host/regions.h host/register.h host/results.h host/run.h
  host/sbi.h host/sbi_set.h host/score.h host/settings.h host/statistics.h host/summation.h host/synth.h
  host/synth_given.h io/cell.h io/comparison_tables.h io/definitions_file.h io/disclosed_tables.h io/disclosure_file.h
  io/extract_files.h io/hdf5.h io/import.h io/import_config.h io/import_report_text.h io/places_table.h
  io/point_table.h io/population_file.h io/problems.h io/published_tables.h io/results_file.h io/table_reader.h
  io/tables.h io/text_input.h io/validate.h)
foreach(header IN LISTS DSCORE_HEADERS)
  get_filename_component(folder ${header} DIRECTORY)
  install(FILES ${header} DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}/dscore/${folder})
endforeach()
install(FILES data/sbi_2008.tsv data/sectors_2012.toml DESTINATION ${CMAKE_INSTALL_DATADIR}/dscore)  # to copy from
install(FILES data/note_2012/national_published.csv data/note_2012/corop_published.csv
  data/note_2012/region_types_published.csv data/note_2012/README.md
  DESTINATION ${CMAKE_INSTALL_DATADIR}/dscore/note_2012)
install(PROGRAMS scripts/figures.py DESTINATION ${CMAKE_INSTALL_DATADIR}/dscore)
install(DIRECTORY scripts/figures DESTINATION ${CMAKE_INSTALL_DATADIR}/dscore FILES_MATCHING PATTERN "*.py"
  PATTERN __pycache__ EXCLUDE)
install(FILES LICENSE CHANGELOG.md README.md io/schema.md DESTINATION ${CMAKE_INSTALL_DOCDIR})
install(DIRECTORY docs DESTINATION ${CMAKE_INSTALL_DOCDIR})

set(DSCORE_PACKAGE_DIR ${CMAKE_INSTALL_LIBDIR}/cmake/dscore)
configure_package_config_file(cmake/DscoreConfig.cmake.in ${CMAKE_CURRENT_BINARY_DIR}/dscore-config.cmake
  INSTALL_DESTINATION ${DSCORE_PACKAGE_DIR})
write_basic_package_version_file(${CMAKE_CURRENT_BINARY_DIR}/dscore-config-version.cmake
  COMPATIBILITY SameMinorVersion)
install(FILES ${CMAKE_CURRENT_BINARY_DIR}/dscore-config.cmake ${CMAKE_CURRENT_BINARY_DIR}/dscore-config-version.cmake
  DESTINATION ${DSCORE_PACKAGE_DIR})
install(EXPORT dscore NAMESPACE dscore:: FILE dscore-targets.cmake DESTINATION ${DSCORE_PACKAGE_DIR})
