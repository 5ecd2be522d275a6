#include "host/synth_tables.h"

#include <algorithm>
#include <charconv>
#include <initializer_list>
#include <stdexcept>
#include <string_view>
#include <vector>

#include "embedded/note_2012_national.h"
#include "embedded/note_2012_regions.h"

namespace dscore::synth {

// clang-format off
const std::array<PublishedRegion, kRegions> kPublishedRegions = {{
    {"CR01", "Oost-Groningen", "noord", 0.00801, 151},
    {"CR02", "Delfzijl en omgeving", "noord", 0.00274, 49},
    {"CR03", "Overig Groningen", "noord", 0.01881, 378},
    {"CR04", "Noord-Friesland", "noord", 0.01793, 332},
    {"CR05", "Zuidwest-Friesland", "noord", 0.00718, 107},
    {"CR06", "Zuidoost-Friesland", "noord", 0.01263, 206},
    {"CR07", "Noord-Drenthe", "noord", 0.01113, 189},
    {"CR08", "Zuidoost-Drenthe", "noord", 0.00966, 171},
    {"CR09", "Zuidwest-Drenthe", "noord", 0.00708, 130},
    {"CR10", "Noord-Overijssel", "oost", 0.01849, 358},
    {"CR11", "Zuidwest-Overijssel", "oost", 0.00851, 156},
    {"CR12", "Twente", "oost", 0.03382, 627},
    {"CR13", "Veluwe", "oost", 0.03568, 661},
    {"CR14", "Achterhoek", "oost", 0.02362, 401},
    {"CR15", "Arnhem/Nijmegen", "oost", 0.03937, 716},
    {"CR16", "Zuidwest-Gelderland", "oost", 0.01482, 233},
    {"CR17", "Utrecht", "west", 0.08161, 1228},
    {"CR18", "Kop van Noord-Holland", "west", 0.02231, 370},
    {"CR19", "Alkmaar en omgeving", "west", 0.01562, 236},
    {"CR20", "IJmond", "west", 0.01117, 194},
    {"CR21", "Agglomeratie Haarlem", "west", 0.01345, 221},
    {"CR22", "Zaanstreek", "west", 0.01040, 159},
    {"CR23", "Groot-Amsterdam", "west", 0.09909, 1256},
    {"CR24", "Het Gooi en Vechtstreek", "west", 0.02075, 243},
    {"CR25", "Aggl. Leiden en Bollenstreek", "west", 0.02374, 404},
    {"CR26", "Agglomeratie 's-Gravenhage", "west", 0.05198, 804},
    {"CR27", "Delft en Westland", "west", 0.01304, 221},
    {"CR28", "Oost-Zuid-Holland", "west", 0.02040, 320},
    {"CR29", "Groot-Rijnmond", "west", 0.07570, 1395},
    {"CR30", "Zuidoost-Zuid-Holland", "west", 0.02201, 381},
    {"CR31", "Zeeuwsch-Vlaanderen", "west", 0.00560, 106},
    {"CR32", "Overig Zeeland", "west", 0.01575, 275},
    {"CR33", "West-Noord-Brabant", "zuid", 0.03653, 617},
    {"CR34", "Midden-Noord-Brabant", "zuid", 0.02887, 462},
    {"CR35", "Noordoost-Noord-Brabant", "zuid", 0.03880, 638},
    {"CR36", "Zuidoost-Noord-Brabant", "zuid", 0.04619, 734},
    {"CR37", "Noord-Limburg", "zuid", 0.01634, 280},
    {"CR38", "Midden-Limburg", "zuid", 0.01371, 236},
    {"CR39", "Zuid-Limburg", "zuid", 0.02590, 605},
    {"CR40", "Flevoland", "oost", 0.02154, 392},
}};
// clang-format on

namespace {

using Row = std::vector<std::string_view>;

Row split(std::string_view text, char at) {
  Row parts;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find(at), text.size());
    parts.push_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return parts;
}

/// The wanted columns of a table of data/note_2012, whose fields have no quotes. The tests hold it against io/csv.h.
std::vector<Row> rows_of(std::string_view table, std::initializer_list<std::string_view> wanted) {
  const Row lines = split(table, '\n');
  const Row header = split(lines.at(0), ',');
  std::vector<Row> rows;
  for (std::size_t k = 1; k < lines.size(); ++k) {
    Row fields = split(lines[k], ',');
    fields.resize(header.size());  // a last field that is blank
    Row& row = rows.emplace_back();
    for (const std::string_view name : wanted) {
      row.push_back(
          fields.at(static_cast<std::size_t>(std::find(header.begin(), header.end(), name) - header.begin())));
    }
  }
  return rows;
}

template <class T>
T number_of(std::string_view field) {
  T value{};
  const auto [end, code] = std::from_chars(field.data(), field.data() + field.size(), value);
  if (code != std::errc() || end != field.data() + field.size()) throw std::logic_error("data/note_2012: no number");
  return value;
}

PublishedFigures read_figures() {
  PublishedFigures figures;
  auto& populations = figures.populations;
  const auto index = [&](std::string_view name) {
    const auto at = std::find_if(populations.begin(), populations.end(), [&](const auto& p) { return p.name == name; });
    if (at == populations.end()) throw std::logic_error("data/note_2012: an unknown population");
    return static_cast<std::size_t>(at - populations.begin());
  };
  const auto national = rows_of(embedded::note_2012_national, {"population", "name_nl", "establishments", "benchmark"});
  for (std::size_t p = 0; p < kPopulations; ++p) {
    const Row& row = national.at(p);
    populations[p] = {std::string(row[0]), std::string(row[1]), number_of<std::int64_t>(row[2]), kNone};
    if (!row[3].empty()) populations[p].benchmark = static_cast<int>(index(row[3]));
  }
  for (const Row& row : rows_of(embedded::note_2012_regions, {"sector", "corop_code", "lq", "jobs"})) {
    const std::size_t s = index(row[0]) - kBenchmarks;
    const auto region = std::find_if(kPublishedRegions.begin(), kPublishedRegions.end(),
                                     [&](const PublishedRegion& one) { return one.code == row[1]; });
    const auto r = static_cast<std::size_t>(region - kPublishedRegions.begin());
    figures.quotient.at(s).at(r) = number_of<double>(row[2]);
    figures.jobs.at(s).at(r) = number_of<std::int32_t>(row[3]);
  }
  return figures;
}

}  // namespace

const PublishedFigures& published() {
  static const PublishedFigures kOnce = read_figures();
  return kOnce;
}

}  // namespace dscore::synth
