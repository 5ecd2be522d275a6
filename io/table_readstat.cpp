#include "io/table_readstat.h"

#include <fcntl.h>
#include <readstat.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cmath>
#include <cstring>
#include <exception>
#include <system_error>

#include "io/checksum.h"
#include "io/number.h"
#include "kernels/error.h"

namespace dscore {

StatInput::StatInput(const std::string& path) : name_(path), stamp_(path) {
  descriptor_ = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);  // a pipe is refused, not waited for
  struct stat status {};
  if (descriptor_ < 0 || ::fstat(descriptor_, &status) != 0) {
    throw Error(name_ + ": cannot open: " + std::generic_category().message(errno) +
                ". Check the name and that you may read it.");
  }
  if (!S_ISREG(status.st_mode)) {
    ::close(descriptor_);
    throw Error(name_ + ": not a regular file, which SPSS and Stata tables must be.");
  }
  size_ = status.st_size;
}

StatInput::StatInput(std::string name, std::string_view bytes)
    : name_(std::move(name)), bytes_(bytes), size_(static_cast<std::int64_t>(bytes.size())) {}

StatInput::~StatInput() {
  if (descriptor_ >= 0) ::close(descriptor_);
}

bool StatInput::seek(std::int64_t place) {
  if (place < 0 || place > size_) return false;
  place_ = place;
  return true;
}

std::int64_t StatInput::read(char* to, std::size_t size) {
  size = std::min(size, static_cast<std::size_t>(size_ - place_));
  std::size_t done = 0;
  if (descriptor_ < 0) {
    std::copy_n(bytes_.data() + place_, size, to);
    done = size;
  }
  while (done < size) {
    const ssize_t got = ::pread(descriptor_, to + done, size - done, place_ + static_cast<std::int64_t>(done));
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return -1;
    if (got == 0) break;
    done += static_cast<std::size_t>(got);
  }
  place_ += static_cast<std::int64_t>(done);
  return static_cast<std::int64_t>(done);
}

std::string StatInput::sha256() const {
  if (!stamp_) {
    Sha256 sum;
    sum.add(bytes_);
    return sum.finish();
  }
  std::string sum = sha256_of_file(name_);
  stamp_->check();  // else the sum may be of another content than was read
  return sum;
}

namespace {

/// What the numbers of a column count, if they are dates.
enum class DateUnit { none, spss_seconds, stata_days, stata_milliseconds };

struct StatColumn {
  bool text = false;
  DateUnit unit = DateUnit::none;
};

DateUnit unit_of(TableFormat format, std::string_view display) {
  if (format == TableFormat::sav) {
    for (const std::string_view name : {"DATE", "ADATE", "EDATE", "SDATE", "JDATE", "YMDHMS"}) {
      if (display.starts_with(name)) return DateUnit::spss_seconds;  // DATETIME, too
    }
    return DateUnit::none;
  }
  if (display.starts_with('%')) display.remove_prefix(1);
  if (display.starts_with('-')) display.remove_prefix(1);
  if (display.starts_with("td") || display.starts_with('d')) return DateUnit::stata_days;
  if (display.starts_with("tc") || display.starts_with("tC")) return DateUnit::stata_milliseconds;
  return DateUnit::none;
}

// A number as a date where it is one between the years 1 and 9999, else as it is.
Cell cell_of(double value, DateUnit unit) {
  if (unit == DateUnit::none) return value;
  constexpr double kDay = 86400;
  const double days = unit == DateUnit::spss_seconds ? std::floor(value / kDay)
                      : unit == DateUnit::stata_days ? std::floor(value)
                                                     : std::floor(value / (kDay * 1000));
  const Day epoch = unit == DateUnit::spss_seconds ? *day_of(1582, 10, 14) : *day_of(1960, 1, 1);
  const double since_1970 = days + epoch.since_1970;
  if (!(since_1970 >= day_of(1, 1, 1)->since_1970 && since_1970 <= day_of(9999, 12, 31)->since_1970)) return value;
  return Day{static_cast<std::int32_t>(since_1970)};
}

class ReadStatTable final : public TableReader {
 public:
  ReadStatTable(std::unique_ptr<StatInput> input, TableFormat format) : input_(std::move(input)), format_(format) {
    check_signature();
    parse(false);
    if (names_.empty()) throw Error(name() + ": a table without columns.");
  }

  const std::string& name() const override { return input_->name(); }
  const std::vector<std::string>& columns() const override { return names_; }
  bool may_hold_text(std::size_t column) const override { return columns_[column].text; }

  void read(std::span<const std::size_t> wanted, const Visit& visit, const Progress& progress) override {
    slots_.assign(names_.size(), {});
    for (std::size_t slot = 0; slot < wanted.size(); ++slot) slots_[wanted[slot]].push_back(slot);
    last_wanted_ = wanted.empty() ? 0 : *std::max_element(wanted.begin(), wanted.end());
    cells_.assign(wanted.size(), Cell());
    texts_.resize(names_.size());
    visit_ = &visit;
    progress_ = &progress;
    rows_ = 0;
    parse(true);
    if (row_count_ >= 0 && rows_ != static_cast<std::uint64_t>(row_count_)) {
      throw Error(name() + ": " + std::to_string(rows_) + " rows, where its header says " + std::to_string(row_count_) +
                  ". The file is damaged or truncated: fetch or make it again.");
    }
  }

  std::string sha256() override { return input_->sha256(); }

 private:
  void check_signature() {
    char bytes[16] = {};
    input_->seek(0);
    const std::int64_t got = input_->read(bytes, sizeof bytes);
    const std::string_view start(bytes, static_cast<std::size_t>(std::max<std::int64_t>(got, 0)));
    const bool sav = start.starts_with("$FL2") || start.starts_with("$FL3");
    const auto version = start.empty() ? 0 : static_cast<unsigned char>(start[0]);
    const bool dta = start.starts_with("<stata_dta>") || (version >= 102 && version <= 115);
    if (format_ == TableFormat::sav ? sav : dta) return;
    throw Error(name() + ": not " + (format_ == TableFormat::sav ? "an SPSS file (.sav)" : "a Stata file (.dta)") +
                ". Say what it is with format = ....");
  }

  // Reads the columns, and the rows too if wanted. ReadStat is C: exceptions wait until it has returned.
  void parse(bool rows) {
    const std::unique_ptr<readstat_parser_t, void (*)(readstat_parser_t*)> parser(readstat_parser_init(),
                                                                                  readstat_parser_free);
    if (!parser) throw Error(name() + ": no memory to read it.");
    readstat_parser_t* const p = parser.get();
    readstat_set_open_handler(p, [](const char*, void* io) { return self(io).input_->seek(0) ? 0 : -1; });
    readstat_set_close_handler(p, [](void*) { return 0; });
    readstat_set_seek_handler(p, [](readstat_off_t offset, readstat_io_flags_t whence, void* io) -> readstat_off_t {
      StatInput& input = *self(io).input_;
      const std::int64_t from = whence == READSTAT_SEEK_SET   ? 0
                                : whence == READSTAT_SEEK_CUR ? input.place()
                                                              : input.size();
      std::int64_t place = 0;
      if (__builtin_add_overflow(from, static_cast<std::int64_t>(offset), &place) || !input.seek(place)) return -1;
      return place;
    });
    readstat_set_read_handler(p, [](void* to, std::size_t size, void* io) -> ssize_t {
      return self(io).input_->read(static_cast<char*>(to), size);
    });
    readstat_set_update_handler(p, [](long, readstat_progress_handler, void*, void*) { return READSTAT_OK; });
    readstat_set_io_ctx(p, this);
    readstat_set_error_handler(p, [](const char* message, void* context) {
      self(context).guard([&] {
        if (self(context).reason_.empty()) self(context).reason_ = message;
      });
    });
    readstat_set_metadata_handler(p, [](readstat_metadata_t* metadata, void* context) {
      self(context).row_count_ = readstat_get_row_count(metadata);
      return static_cast<int>(READSTAT_HANDLER_OK);
    });
    readstat_set_variable_handler(p, [](int index, readstat_variable_t* variable, const char*, void* context) {
      return self(context).guard([&] { return self(context).take_variable(index, variable); });
    });
    reading_rows_ = rows;
    if (rows) {
      readstat_set_value_handler(p, [](int row, readstat_variable_t* variable, readstat_value_t value, void* context) {
        return self(context).guard([&] { return self(context).take_value(row, variable, value); });
      });
    }
    reason_.clear();
    const readstat_error_t code = format_ == TableFormat::sav ? readstat_parse_sav(p, name().c_str(), this)
                                                              : readstat_parse_dta(p, name().c_str(), this);
    if (thrown_) std::rethrow_exception(thrown_);
    if (code == READSTAT_OK) return;
    const char* const message = readstat_error_message(code);
    std::string why = !reason_.empty() ? reason_ : message == nullptr ? "no reason given" : message;
    while (!why.empty() && (why.back() == '.' || why.back() == '\n')) why.pop_back();
    throw Error(name() + (rows ? ", behind row " + std::to_string(rows_) : "") + ": ReadStat cannot read it: " + why +
                ". The file may be damaged or truncated: fetch or make it again.");
  }

  static ReadStatTable& self(void* context) { return *static_cast<ReadStatTable*>(context); }

  // Runs what may throw; an exception makes ReadStat stop.
  template <class Work>
  int guard(Work work) {
    try {
      if constexpr (std::is_void_v<decltype(work())>) {
        work();
        return READSTAT_HANDLER_OK;
      } else {
        return work();
      }
    } catch (...) {
      thrown_ = std::current_exception();
      return READSTAT_HANDLER_ABORT;
    }
  }

  int take_variable(int index, readstat_variable_t* variable) {
    const auto column = static_cast<std::size_t>(index);
    if (reading_rows_) {
      return column < slots_.size() && !slots_[column].empty() ? READSTAT_HANDLER_OK : READSTAT_HANDLER_SKIP_VARIABLE;
    }
    const char* const display = readstat_variable_get_format(variable);
    names_.resize(std::max(names_.size(), column + 1));
    columns_.resize(names_.size());
    const char* const own_name = readstat_variable_get_name(variable);  // null where it is empty
    names_[column] = own_name == nullptr ? "" : own_name;
    columns_[column].text = readstat_variable_get_type_class(variable) == READSTAT_TYPE_CLASS_STRING;
    columns_[column].unit = unit_of(format_, display == nullptr ? "" : display);
    return READSTAT_HANDLER_OK;
  }

  int take_value(int row, readstat_variable_t* variable, const readstat_value_t& value) {
    const auto column = static_cast<std::size_t>(readstat_variable_get_index(variable));
    if (column >= slots_.size()) return READSTAT_HANDLER_ABORT;
    const Cell cell = take_cell(column, variable, value);
    for (const std::size_t slot : slots_[column]) cells_[slot] = cell;
    if (column != last_wanted_) return READSTAT_HANDLER_OK;
    rows_ = static_cast<std::uint64_t>(row) + 1;
    (*visit_)(rows_, cells_);
    constexpr std::uint64_t kRowsPerReport = 16384;
    if (rows_ % kRowsPerReport == 0) {
      (*progress_)(static_cast<double>(input_->place()) /
                   static_cast<double>(std::max<std::int64_t>(input_->size(), 1)));
    }
    return READSTAT_HANDLER_OK;
  }

  Cell take_cell(std::size_t column, readstat_variable_t* variable, const readstat_value_t& value) {
    if (readstat_value_is_missing(value, variable) != 0) return {};
    if (readstat_value_type_class(value) == READSTAT_TYPE_CLASS_STRING) {
      const char* const text = readstat_string_value(value);
      texts_[column] = text == nullptr ? "" : text;  // ReadStat's text is gone with the next value
      return std::string_view(texts_[column]);
    }
    return cell_of(readstat_double_value(value), columns_[column].unit);
  }

  std::unique_ptr<StatInput> input_;
  TableFormat format_;
  std::vector<std::string> names_;
  std::vector<StatColumn> columns_;
  std::int64_t row_count_ = -1;  // -1: the file does not say

  // While rows are read.
  bool reading_rows_ = false;
  std::vector<std::vector<std::size_t>> slots_;  // by column: where its value is wanted
  std::size_t last_wanted_ = 0;
  std::vector<Cell> cells_;
  std::vector<std::string> texts_;  // by column
  const Visit* visit_ = nullptr;
  const Progress* progress_ = nullptr;
  std::uint64_t rows_ = 0;
  std::string reason_;
  std::exception_ptr thrown_;
};

}  // namespace

std::unique_ptr<TableReader> open_stat_table(std::unique_ptr<StatInput> input, TableFormat format) {
  return std::make_unique<ReadStatTable>(std::move(input), format);
}

std::unique_ptr<TableReader> detail::open_readstat_table(const TableSource& source) {
  return open_stat_table(std::make_unique<StatInput>(source.path), source.format);
}

}  // namespace dscore
