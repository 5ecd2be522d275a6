#include "io/population_file.h"

#include "io/atomic_file.h"
#include "io/check.h"
#include "io/checksum.h"
#include "io/layout.h"

namespace dscore {

void write_population(const std::string& path, const Register& input) {
  Problems problems(path);
  check_register(input, problems);
  problems.throw_if_any();
  AtomicFile out(path);
  hdf5::File file = hdf5::File::create(path);
  layout::mark(file, layout::kPopulation);
  layout::write_establishments(file, input, true);
  layout::write_populations(file, input.populations);
  layout::write_regions(file, input.regions);
  layout::write_provenance(file, "/provenance", input.provenance);
  out.write(file.take_bytes());
  out.commit();
}

Register detail::load_population(const hdf5::File& file, Problems& problems) {
  Register input;
  input.populations = layout::read_populations(file, problems);
  input.regions = layout::read_regions(file, problems);
  layout::read_establishments(file, input, true, problems);
  input.provenance = layout::read_provenance(file, "/provenance", problems);
  check_register(input, problems);
  return input;
}

Register read_population(const std::string& path) {
  const hdf5::File file = layout::open(path, layout::kPopulation);
  Problems problems(path);
  Register input = detail::load_population(file, problems);
  problems.throw_if_any("; `dscore validate` lists them all");
  return input;
}

CheckedPopulation read_population_and_checksum(const std::string& path) {
  const FileStamp stamp(path);
  CheckedPopulation read{read_population(path), sha256_of_file(path)};
  stamp.check();
  return read;
}

}  // namespace dscore
