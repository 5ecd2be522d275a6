#include "io/table_reader.h"
#include "kernels/error.h"
namespace dscore {
std::unique_ptr<TableReader> detail::open_readstat_table(const TableSource& source) { throw Error(source.path); }
std::unique_ptr<TableReader> detail::open_hdf5_table(const TableSource& source) { throw Error(source.path); }
}
