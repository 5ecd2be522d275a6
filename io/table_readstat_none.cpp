// A build without ReadStat (DSCORE_STATIC).

#include "io/table_reader.h"
#include "kernels/error.h"

namespace dscore {

std::unique_ptr<TableReader> detail::open_readstat_table(const TableSource& source) {
  throw Error(source.path +
              ": this dscore was built without ReadStat, which reads .sav and .dta. Save the table as "
              "CSV, or use a build with ReadStat.");
}

}  // namespace dscore
