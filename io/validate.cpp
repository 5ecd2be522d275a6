#include "io/validate.h"

#include "io/layout.h"
#include "io/population_file.h"
#include "io/results_file.h"

namespace dscore {

std::vector<std::string> problems(const std::string& path) {
  Problems found(path);
  try {
    const hdf5::File file = layout::open(path);
    if (layout::format_of(file) == layout::kPopulation) {
      detail::load_population(file, found);
    } else {
      detail::load_results(file, found);
    }
  } catch (const Error& error) {
    found.add(error);
  }
  return found.list();
}

}  // namespace dscore
