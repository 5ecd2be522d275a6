#include "io/provenance_json.h"

#include <cmath>
#include <string_view>

#include "io/csv_writer.h"
#include "io/utf8.h"

namespace dscore {
namespace {

void append_escaped(std::string& text, unsigned char c) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  if (c == '"' || c == '\\') {
    text += '\\';
    text += static_cast<char>(c);
  } else if (c == '\n') {
    text += "\\n";
  } else if (c == '\t') {
    text += "\\t";
  } else if (c < 0x20) {
    text += "\\u00";
    text += kDigits[c >> 4];
    text += kDigits[c & 15];
  } else {
    text += static_cast<char>(c);
  }
}

}  // namespace

void append_json_string(std::string& text, std::string_view value) {
  text += '"';
  while (!value.empty()) {
    const std::size_t valid = valid_utf8_prefix(value);
    for (const char c : value.substr(0, valid)) append_escaped(text, static_cast<unsigned char>(c));
    value.remove_prefix(valid);
    if (value.empty()) break;
    text += "\\ufffd";
    value.remove_prefix(1);
  }
  text += '"';
}

namespace {

void append_value(std::string& text, const ProvenanceValue& value) {
  if (const auto* string = std::get_if<std::string>(&value)) {
    append_json_string(text, *string);
  } else if (const auto* whole = std::get_if<std::int64_t>(&value)) {
    append_number(text, *whole);
  } else if (const double number = std::get<double>(value); std::isfinite(number)) {
    append_number(text, number);
  } else {
    text += "null";
  }
}

void append_object(std::string& text, const Provenance& provenance, const Provenance* input,
                   const std::string& indent) {
  std::string separator = "\n";
  text += '{';
  for (const auto& [name, value] : provenance.entries) {
    text += separator + indent + "  ";
    append_json_string(text, name);
    text += ": ";
    append_value(text, value);
    separator = ",\n";
  }
  if (input != nullptr) {
    text += separator + indent + "  \"input\": ";
    append_object(text, *input, nullptr, indent + "  ");
  }
  text += "\n" + indent + "}";
}

}  // namespace

std::string to_json(const Provenance& provenance, const Provenance* input) {
  std::string text;
  append_object(text, provenance, input, "");
  return text + "\n";
}

}  // namespace dscore
