// For builds without ReadStat.

#include "io/stat_writer.h"
#include "kernels/error.h"

namespace dscore {

bool can_write_stat_tables() { return false; }

void write_stat_table(const std::string& file, StatFormat, const std::vector<StatColumnSpec>&, std::size_t,
                      const std::function<void(std::size_t, std::vector<StatValue>&)>&,
                      const std::function<void(std::string_view)>&) {
  throw Error(file + ": this build cannot write SPSS and Stata tables; it was made without ReadStat.");
}

}  // namespace dscore
