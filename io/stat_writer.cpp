#include "io/stat_writer.h"

#include <readstat.h>

#include <exception>
#include <memory>
#include <utility>

#include "kernels/error.h"

namespace dscore {
namespace {

constexpr long kMade = 1'325'289'600;  // 2011-12-31, in seconds since 1970

/// Bytes on their way out. ReadStat is C: an exception waits until it has returned.
struct Sink {
  const std::function<void(std::string_view)>& write;
  std::exception_ptr failure;

  static ssize_t take(const void* data, std::size_t size, void* context) {
    auto* sink = static_cast<Sink*>(context);
    try {
      sink->write({static_cast<const char*>(data), size});
      return static_cast<ssize_t>(size);
    } catch (...) {
      sink->failure = std::current_exception();
      return -1;
    }
  }
};

class StatWriter {
 public:
  StatWriter(std::string file, StatFormat format, Sink& sink)
      : file_(std::move(file)), format_(format), sink_(sink), writer_(readstat_writer_init(), readstat_writer_free) {
    if (!writer_) throw Error(file_ + ": no memory to write it.");
  }

  void begin(const std::vector<StatColumnSpec>& columns, std::size_t rows) {
    check(readstat_set_data_writer(writer_.get(), Sink::take));
    check(readstat_writer_set_file_timestamp(writer_.get(), kMade));
    for (const StatColumnSpec& column : columns) {
      const bool text = column.type == StatColumnSpec::Type::text;
      readstat_variable_t* variable = readstat_add_variable(
          writer_.get(), column.name.c_str(), text ? READSTAT_TYPE_STRING : READSTAT_TYPE_DOUBLE, column.width);
      readstat_variable_set_label(variable, column.label.c_str());
      if (column.type == StatColumnSpec::Type::date) {
        readstat_variable_set_format(variable, format_ == StatFormat::sav ? "EDATE10" : "%td");
      } else if (!text && format_ == StatFormat::sav) {
        readstat_variable_set_format(variable, "F12.0");
      } else if (!text) {
        readstat_variable_set_format(variable, "%12.0f");
      }
      variables_.push_back(variable);
    }
    const auto number = static_cast<long>(rows);
    if (format_ == StatFormat::sav) {
      check(readstat_writer_set_compression(writer_.get(), READSTAT_COMPRESS_ROWS));
      check(readstat_begin_writing_sav(writer_.get(), &sink_, number));
    } else {
      check(readstat_begin_writing_dta(writer_.get(), &sink_, number));
    }
  }

  void row(const std::vector<StatValue>& values) {
    check(readstat_begin_row(writer_.get()));
    for (std::size_t c = 0; c < variables_.size(); ++c) insert(variables_[c], values[c]);
    check(readstat_end_row(writer_.get()));
  }

  void end() { check(readstat_end_writing(writer_.get())); }

 private:
  void insert(const readstat_variable_t* variable, const StatValue& value) {
    if (const auto* number = std::get_if<double>(&value)) {
      check(readstat_insert_double_value(writer_.get(), variable, *number));
    } else if (const auto* text = std::get_if<std::string>(&value)) {
      check(readstat_insert_string_value(writer_.get(), variable, text->c_str()));
    } else if (const auto* day = std::get_if<Day>(&value)) {
      // SPSS counts seconds since 1582-10-14, Stata days since 1960-01-01.
      const bool sav = format_ == StatFormat::sav;
      const Day epoch = sav ? *day_of(1582, 10, 14) : *day_of(1960, 1, 1);
      const double days = static_cast<double>(day->since_1970) - epoch.since_1970;
      check(readstat_insert_double_value(writer_.get(), variable, sav ? 86'400 * days : days));
    } else {
      check(readstat_insert_missing_value(writer_.get(), variable));
    }
  }

  void check(readstat_error_t code) const {
    if (sink_.failure) std::rethrow_exception(sink_.failure);
    if (code != READSTAT_OK) throw Error(file_ + ": cannot write: " + readstat_error_message(code) + ".");
  }

  std::string file_;
  StatFormat format_;
  Sink& sink_;
  std::unique_ptr<readstat_writer_t, void (*)(readstat_writer_t*)> writer_;
  std::vector<readstat_variable_t*> variables_;
};

}  // namespace

bool can_write_stat_tables() { return true; }

void write_stat_table(const std::string& file, StatFormat format, const std::vector<StatColumnSpec>& columns,
                      std::size_t rows, const std::function<void(std::size_t, std::vector<StatValue>&)>& fill,
                      const std::function<void(std::string_view)>& write) {
  Sink sink{write, nullptr};
  StatWriter writer(file, format, sink);
  writer.begin(columns, rows);
  std::vector<StatValue> values(columns.size());
  for (std::size_t row = 0; row < rows; ++row) {
    fill(row, values);
    writer.row(values);
  }
  writer.end();
}

}  // namespace dscore
