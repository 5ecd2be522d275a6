// CSV as a table.

#include "io/csv.h"
#include "io/number.h"
#include "io/table_reader.h"
#include "io/utf8.h"
#include "kernels/error.h"

namespace dscore {
namespace {

bool is_ascii(std::string_view text) {
  unsigned char all = 0;
  for (const char c : text) all |= static_cast<unsigned char>(c);
  return all < 0x80;
}

class CsvTable final : public TableReader {
 public:
  explicit CsvTable(const TableSource& source)
      : encoding_(source.encoding), input_(source.path, source.encoding), reader_(input_, source.delimiter) {
    check_encoding();
    if (encoding_ == Encoding::latin1 && reader_.columns()[0].starts_with("\xc3\xaf\xc2\xbb\xc2\xbf")) {
      throw Error(name() +
                  ": it begins with the mark of UTF-8, but is to be read as Latin-1. Say encoding = \"utf-8\".");
    }
  }

  const std::string& name() const override { return input_.name(); }
  const std::vector<std::string>& columns() const override { return reader_.columns(); }
  bool may_hold_text(std::size_t /*column*/) const override { return true; }

  void read(std::span<const std::size_t> wanted, const Visit& visit, const Progress& progress) override {
    std::vector<Cell> cells(wanted.size());
    constexpr std::uint64_t kRowsPerReport = 16384;
    while (reader_.next()) {
      check_encoding();
      const auto fields = reader_.fields();
      for (std::size_t i = 0; i < wanted.size(); ++i) cells[i] = fields[wanted[i]];
      visit(reader_.row(), cells);
      if (reader_.row() % kRowsPerReport == 0) progress(input_.fraction());
    }
  }

  std::string sha256() override { return input_.sha256(); }

 private:
  void check_encoding() const {
    const std::string_view raw = reader_.raw();
    if (encoding_ == Encoding::latin1 || is_ascii(raw)) return;
    const std::size_t valid = valid_utf8_prefix(raw);
    if (valid == raw.size()) return;
    char byte[8];
    std::snprintf(byte, sizeof byte, "0x%02x", static_cast<unsigned>(static_cast<unsigned char>(raw[valid])));
    throw Error(reader_.place() + ": not UTF-8 (byte " + byte + " behind " +
                quoted(raw.substr(valid < 20 ? 0 : valid - 20, std::min<std::size_t>(valid, 20))) +
                "). If the file is Latin-1 (Windows), say encoding = \"latin-1\".");
  }

  Encoding encoding_;
  TextInput input_;
  CsvReader reader_;
};

}  // namespace

std::unique_ptr<TableReader> detail::open_csv_table(const TableSource& source) {
  return std::make_unique<CsvTable>(source);
}

}  // namespace dscore
