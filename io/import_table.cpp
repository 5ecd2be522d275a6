#include "io/import_table.h"

#include <algorithm>
#include <filesystem>

#include "kernels/error.h"

namespace dscore {

ImportTable::ImportTable(const std::string& table, const TableConfig& config, const std::string& config_name)
    : config_(config), reader_(open_table(config.source)) {
  report.table = table;
  report.file = std::filesystem::path(config.source.path).filename().string();
  for (const auto& [ours, theirs] : config.columns) {
    std::string advice = "Name yours in ";
    advice.append(config_name).append(", ").append(table).append(".columns.").append(ours).append(".");
    ours_.push_back(ours);
    wanted_.push_back(reader_->index(theirs, advice));
  }
}

ImportTable::Column ImportTable::column(const std::string& ours) const {
  Column column;
  const auto found = std::find(ours_.begin(), ours_.end(), ours);
  if (found != ours_.end()) column.slot_ = found - ours_.begin();
  return column;
}

bool ImportTable::may_hold_text(const std::string& ours) const {
  const Column found = column(ours);
  return !found.mapped() || reader_->may_hold_text(wanted_[static_cast<std::size_t>(found.slot_)]);
}

void ImportTable::read(const TableReader::Visit& visit, const ImportProgress& progress) {
  const std::string what = "reading " + report.file;
  progress(what, 0);
  reader_->read(
      wanted_,
      [&](std::uint64_t row, std::span<const Cell> cells) {
        ++report.read;
        visit(row, cells);
      },
      [&](double fraction) { progress(what, fraction); });
}

}  // namespace dscore
