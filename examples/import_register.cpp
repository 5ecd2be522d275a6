// From the files of a register to what may leave: `dscore import`, `dscore run` and `dscore export --disclosure` from a
// program. Reads the configuration named first, writes the tables into the directory named second.

#include <dscore/host/run.h>
#include <dscore/io/disclosed_tables.h>
#include <dscore/io/import.h>
#include <dscore/io/import_report_text.h>
#include <dscore/kernels/error.h>

#include <cstdio>
#include <utility>

int main(int argc, char** argv) {
  if (argc != 3) {
    std::fprintf(stderr, "usage: import_register IMPORT.toml DIRECTORY\n");
    return 2;
  }
  try {
    dscore::Import import = dscore::import_register(dscore::read_import_config(argv[1]));
    std::printf("%s", dscore::report_text(import.report).c_str());  // every row that was not used, by reason
    const auto backend = dscore::make_cpu_backend(0);
    const dscore::Results results = dscore::run(*backend, std::move(import.population), dscore::Settings{});
    dscore::export_disclosed(results, dscore::DisclosureRules{}, argv[2]);
  } catch (const dscore::Error& error) {
    std::fprintf(stderr, "error: %s\n", error.what());
    return 1;
  }
}
