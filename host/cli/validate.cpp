// dscore validate: all that is wrong with a file of ours.

#include "io/validate.h"

#include <iostream>
#include <memory>

#include "host/cli/command.h"
#include "host/cli/text.h"
#include "host/cli/validators.h"
#include "io/layout.h"

namespace dscore::cli {
namespace {

constexpr const char* kFooter =
    R"(Every problem is a line on standard output, with its place (dataset and index); the exit code is then 1.

Examples:
  dscore validate population.h5
  dscore validate results.h5 && dscore export results.h5 -d tables)";

int validate_file(const std::string& path) {
  const auto found = problems(path);
  for (const std::string& problem : found) std::cout << problem << '\n';
  if (!found.empty()) return kFailed;
  const hdf5::File file = layout::open(path);
  std::cout << path << ": a valid " << layout::format_of(file) << " file, schema " << layout::kSchemaVersion;
  const auto show = [&](const char* dataset, const char* what) {
    if (file.has(dataset)) std::cout << ", " << grouped(file.info(dataset).length) << " " << what;
  };
  show("/settings/factor", "settings");
  show("/establishments/id", "establishments");
  show("/populations/name", "populations");
  show("/regions/code", "regions");
  std::cout << '\n';
  return kDone;
}

std::function<int()> define(CLI::App& app) {
  const auto path = std::make_shared<std::string>();
  app.add_option("FILE", *path, "A file of dscore (HDF5)")->required()->check(not_empty())->type_name("");
  app.footer(kFooter);
  return [path] { return validate_file(*path); };
}

}  // namespace

const Command kValidateCommand{"validate", "Check a file of dscore against the schema", define};

}  // namespace dscore::cli
