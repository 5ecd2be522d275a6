// One-dimensional datasets of one group as a table: integers, floating-point numbers, fixed-length strings.

#include <variant>

#include "io/checksum.h"
#include "io/hdf5.h"
#include "io/table_reader.h"
#include "io/utf8.h"
#include "kernels/error.h"

namespace dscore {
namespace {

class Hdf5Table final : public TableReader {
 public:
  explicit Hdf5Table(const TableSource& source)
      : stamp_(source.path), file_(hdf5::File::open(source.path)), group_(group_path(source.group)) {
    if (!file_.has(group_)) {
      throw Error(name() + ": no group " + group_ + ". Name yours with group = \"...\".");
    }
    names_ = file_.datasets(group_);
  }

  const std::string& name() const override { return file_.name(); }
  const std::vector<std::string>& columns() const override { return names_; }
  bool may_hold_text(std::size_t column) const override { return file_.info(path(column)).kind == hdf5::Kind::text; }

  void read(std::span<const std::size_t> wanted, const Visit& visit, const Progress& progress) override {
    std::vector<Values> columns;
    std::size_t rows = 0;
    for (std::size_t i = 0; i < wanted.size(); ++i) {
      columns.push_back(read_column(wanted[i]));
      const std::size_t length = std::visit([](const auto& values) { return values.size(); }, columns.back());
      if (i == 0) rows = length;
      if (length != rows) {
        throw Error(name() + ", " + path(wanted[i]) + ": " + std::to_string(length) + " values, where " +
                    path(wanted[0]) + " has " + std::to_string(rows) + ". The columns of a table are of one length.");
      }
      progress(0.5 * static_cast<double>(i + 1) / static_cast<double>(wanted.size()));
    }
    std::vector<Cell> cells(wanted.size());
    constexpr std::size_t kRowsPerReport = 16384;
    for (std::size_t row = 0; row < rows; ++row) {
      for (std::size_t i = 0; i < columns.size(); ++i) cells[i] = cell_of(columns[i], row);
      visit(row + 1, cells);
      if (row % kRowsPerReport == 0) progress(0.5 + 0.5 * static_cast<double>(row) / static_cast<double>(rows));
    }
  }

  std::string sha256() override {
    std::string sum = sha256_of_file(name());
    stamp_.check();  // else the sum may be of another content than was read
    return sum;
  }

 private:
  using Values = std::variant<std::vector<std::int64_t>, std::vector<double>, std::vector<std::string>>;

  static std::string group_path(const std::string& group) {
    std::string path = group.starts_with('/') ? group : "/" + group;
    while (path.size() > 1 && path.ends_with('/')) path.pop_back();
    return path;
  }

  std::string path(std::size_t column) const { return (group_ == "/" ? "" : group_) + "/" + names_[column]; }

  Values read_column(std::size_t column) const {
    switch (file_.info(path(column)).kind) {
      case hdf5::Kind::floating:
        return file_.read<double>(path(column));
      case hdf5::Kind::text:
        return read_utf8(column);
      case hdf5::Kind::integer:
      case hdf5::Kind::other:  // refused by the file, with the reason
        break;
    }
    return file_.read<std::int64_t>(path(column));
  }

  std::vector<std::string> read_utf8(std::size_t column) const {
    std::vector<std::string> texts = file_.read_text(path(column));
    for (std::size_t row = 0; row < texts.size(); ++row) {
      if (is_utf8(texts[row])) continue;
      throw Error(name() + ", " + path(column) + ", row " + std::to_string(row + 1) +
                  ": not UTF-8. Store the texts as UTF-8.");
    }
    return texts;
  }

  static Cell cell_of(const Values& values, std::size_t row) {
    if (const auto* whole = std::get_if<std::vector<std::int64_t>>(&values)) return (*whole)[row];
    if (const auto* number = std::get_if<std::vector<double>>(&values)) return (*number)[row];
    return std::string_view(std::get<std::vector<std::string>>(values)[row]);
  }

  FileStamp stamp_;
  hdf5::File file_;
  std::string group_;
  std::vector<std::string> names_;
};

}  // namespace

std::unique_ptr<TableReader> detail::open_hdf5_table(const TableSource& source) {
  return std::make_unique<Hdf5Table>(source);
}

}  // namespace dscore
