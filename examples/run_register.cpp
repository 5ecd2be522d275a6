// All of `dscore run` and `dscore export` from a program: a small synthetic register, every population scored, and the
// tables written as CSV into the directory named.

#include <dscore/host/run.h>
#include <dscore/host/synth.h>
#include <dscore/io/tables.h>
#include <dscore/kernels/error.h>

#include <cstdio>

int main(int argc, char** argv) {
  if (argc != 2) {
    std::fprintf(stderr, "usage: run_register DIRECTORY\n");
    return 2;
  }
  try {
    const auto backend = dscore::make_cpu_backend(0);
    const dscore::Register input = dscore::synthesise({.seed = 1, .scale = 0.01});
    const dscore::Results results = dscore::run(*backend, input, dscore::Settings{});
    for (std::size_t p = 0; p < results.populations.size(); ++p) {
      std::printf("%-20s %8zu establishments, mean d-score %.4f per km\n", results.input.populations[p].name.c_str(),
                  static_cast<std::size_t>(results.populations[p].establishments), results.populations[p].mean_d);
    }
    dscore::export_tables(results, argv[1], false);
  } catch (const dscore::Error& error) {
    std::fprintf(stderr, "error: %s\n", error.what());
    return 1;
  }
}
