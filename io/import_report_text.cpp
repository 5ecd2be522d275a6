#include "io/import_report_text.h"

#include <algorithm>

#include "io/csv_writer.h"
#include "io/provenance_json.h"

namespace dscore {
namespace {

// Calls each(reason, dropped, count) for the reasons that occur: those of dropped rows first.
template <class Each>
void for_reasons(const TableReport& table, Each each) {
  for (const bool dropped : {true, false}) {
    const auto& counts = dropped ? table.dropped : table.noted;
    for (std::size_t i = 0; i < kReasons; ++i) {
      if (counts[i].count > 0) each(static_cast<Reason>(i), dropped, counts[i]);
    }
  }
}

std::string grouped(std::uint64_t value) {
  std::string text = std::to_string(value);
  for (std::size_t end = text.size(); end > 3; end -= 3) text.insert(end - 3, 1, ',');
  return text;
}

std::string right(const std::string& text, std::size_t width) {
  return std::string(width > text.size() ? width - text.size() : 0, ' ') + text;
}

std::string examples_text(const ReasonCount& reason) {
  std::string text = reason.count == 1 ? "row " : "rows ";
  for (std::size_t i = 0; i < reason.first.size(); ++i) {
    const auto& [row, value] = reason.first[i];
    text += (i == 0 ? "" : ", ") + std::to_string(row) + (value.empty() ? "" : " \"" + value + "\"");
  }
  return text + (reason.count > reason.first.size() ? ", ..." : "");
}

}  // namespace

std::string report_text(const ImportReport& report) {
  std::string text;
  for (const TableReport& table : report.tables) {
    text += table.table + " (" + table.file + "): read " + grouped(table.read) + " = kept " + grouped(table.kept) +
            " + dropped " + grouped(table.dropped_rows()) + "\n";
    for_reasons(table, [&](Reason reason, bool dropped, const ReasonCount& count) {
      text += right(grouped(count.count), 12) + (dropped ? " dropped, " : " kept, ") + std::string(name_of(reason)) +
              ": " + std::string(meaning_of(reason)) + " (" + examples_text(count) + ")\n";
    });
  }
  return text;
}

std::string report_json(const ImportReport& report) {
  std::string json = "{\"tables\": [";
  const auto member = [&](const char* name, std::uint64_t value) {
    json += std::string("\"") + name + "\": ";
    append_number(json, value);
  };
  const auto text_member = [&](const char* name, std::string_view value) {
    json += std::string("\"") + name + "\": ";
    append_json_string(json, value);
  };
  const char* between_tables = "\n";
  for (const TableReport& table : report.tables) {
    json += between_tables;
    between_tables = ",\n";
    json += "  {";
    text_member("table", table.table);
    json += ", ";
    text_member("file", table.file);
    json += ", ";
    member("read", table.read);
    json += ", ";
    member("kept", table.kept);
    json += ", ";
    member("dropped", table.dropped_rows());
    json += ", \"reasons\": [";
    const char* between = "\n";
    for_reasons(table, [&](Reason reason, bool dropped, const ReasonCount& count) {
      json += between;
      between = ",\n";
      json += "    {";
      text_member("reason", name_of(reason));
      json += ", ";
      text_member("meaning", meaning_of(reason));
      json += std::string(", \"dropped\": ") + (dropped ? "true" : "false") + ", ";
      member("count", count.count);
      json += ", \"examples\": [";
      for (std::size_t i = 0; i < count.first.size(); ++i) {
        json += i == 0 ? "{" : ", {";
        member("row", count.first[i].row);
        json += ", ";
        text_member("value", count.first[i].value);
        json += "}";
      }
      json += "]}";
    });
    json += "]}";
  }
  return json + "\n]}\n";
}

std::string report_csv(const ImportReport& report) {
  std::string csv = "table,file,reason,dropped,count,example_row,example_value\n";
  for (const TableReport& table : report.tables) {
    const auto line = [&](std::string_view reason, const char* dropped, std::uint64_t count, const std::string& row,
                          const std::string& value) {
      append_field(csv, table.table);
      csv += ',';
      append_field(csv, table.file);
      csv += ',';
      csv += reason;
      csv += ',';
      csv += dropped;
      csv += ',';
      append_number(csv, count);
      csv += ',' + row + ',';
      append_field(csv, value);
      csv += '\n';
    };
    line("read", "", table.read, "", "");
    line("kept", "", table.kept, "", "");
    for_reasons(table, [&](Reason reason, bool dropped, const ReasonCount& count) {
      for (const auto& [row, value] : count.first) {
        line(name_of(reason), dropped ? "yes" : "no", count.count, std::to_string(row), value);
      }
    });
  }
  return csv;
}

}  // namespace dscore
