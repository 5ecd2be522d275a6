// Writes a population file and a results file for h5py_test.py: write_samples DIRECTORY.
#include <cstdio>
#include <exception>
#include <string>

#include "io/population_file.h"
#include "io/results_file.h"
#include "tests/io/samples.h"

int main(int argc, char** argv) {
  if (argc != 2) return 2;
  try {
    const std::string directory = argv[1];
    dscore::write_population(directory + "/pop.h5", dscore::test::sample_register());
    dscore::write_results(directory + "/res.h5", dscore::test::sample_results());
  } catch (const std::exception& error) {
    std::fprintf(stderr, "%s\n", error.what());
    return 1;
  }
  return 0;
}
