#include <algorithm>
#include <bit>
#include <functional>
#include <limits>
#include <numeric>
#include <string_view>
#include <unordered_map>

#include "io/check.h"
#include "io/check_parts.h"
#include "io/csv_writer.h"
#include "io/number.h"
#include "io/utf8.h"

namespace dscore {
namespace detail {

std::string text_of(double value) {
  std::string text;
  append_number(text, value);
  return text.empty() ? "NaN" : text;
}

void check_length(const std::string& place, std::size_t length, const std::string& other, std::size_t wanted,
                  Problems& problems) {
  if (length == wanted) return;
  problems.add(place, std::to_string(length) + " values, where " + other + " has " + std::to_string(wanted) +
                          ". All columns of a group must be of one length.");
}

namespace {

bool is_identifier(std::string_view name) {
  return !name.empty() && name.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789_") == std::string_view::npos;
}

void check_box(const std::string& place, const std::vector<double>& values, double least, double most,
               Problems& problems) {
  problems.add_rows(
      place, values.size(), [&](std::size_t i) { return !(values[i] >= least && values[i] <= most); },
      [&](std::size_t i) {
        return text_of(values[i]) + " lies outside the Netherlands (" + text_of(least) + " to " + text_of(most) +
               " m). Coordinates are metres in RD New (EPSG:28992).";
      });
}

// Texts that must be unique, with the rule they must meet.
template <class Get>
void check_names(const std::string& place, std::size_t n, Get get, Problems& problems) {
  std::unordered_map<std::string, std::size_t> seen;
  std::vector<std::size_t> first(n);
  for (std::size_t i = 0; i < n; ++i) first[i] = seen.emplace(get(i), i).first->second;
  problems.add_rows(
      place, n, [&](std::size_t i) { return first[i] != i; },
      [&](std::size_t i) { return quoted(get(i)) + " is also at index " + std::to_string(first[i]) + "."; });
}

template <class Get>
void check_text(const std::string& place, std::size_t n, Get get, Problems& problems) {
  problems.add_rows(
      place, n, [&](std::size_t i) { return !is_utf8(get(i)) || get(i).find('\0') != std::string::npos; },
      [](std::size_t) { return std::string("not UTF-8 text (or a NUL in it)."); });
}

void check_unique_ids(const std::vector<std::int64_t>& id, Problems& problems) {
  if (std::adjacent_find(id.begin(), id.end(), std::greater_equal<>()) == id.end()) return;  // increasing, as usual
  std::vector<std::int64_t> sorted = id;
  std::sort(sorted.begin(), sorted.end());
  const auto twice = std::adjacent_find(sorted.begin(), sorted.end());
  if (twice == sorted.end()) return;
  std::unordered_map<std::int64_t, std::size_t> seen;
  std::vector<std::size_t> first(id.size());
  for (std::size_t i = 0; i < id.size(); ++i) first[i] = seen.emplace(id[i], i).first->second;
  problems.add_rows(
      "/establishments/id", id.size(), [&](std::size_t i) { return first[i] != i; },
      [&](std::size_t i) {
        return std::to_string(id[i]) + " is also at index " + std::to_string(first[i]) +
               ". Identifiers must be unique.";
      });
}

void check_populations(const std::vector<Population>& populations, Problems& problems) {
  const std::size_t n = populations.size();
  const auto name = [&](std::size_t p) -> const std::string& { return populations[p].name; };
  if (n == 0) problems.add("/populations/name", "no populations. There must be at least one.");
  if (n > kMaxPopulations) {
    problems.add("/populations/name", std::to_string(n) + " populations. At most " + std::to_string(kMaxPopulations) +
                                          " are possible: split the file.");
  }
  problems.add_rows(
      "/populations/name", n, [&](std::size_t p) { return !is_identifier(name(p)); },
      [&](std::size_t p) {
        return quoted(name(p)) + " is not a name: small letters a-z, digits and _ only. Put the rest in the title.";
      });
  check_names("/populations/name", n, name, problems);
  check_text(
      "/populations/title", n, [&](std::size_t p) -> const std::string& { return populations[p].title; }, problems);
  problems.add_rows(
      "/populations/benchmark", n,
      [&](std::size_t p) {
        return populations[p].benchmark && (*populations[p].benchmark >= n || *populations[p].benchmark == p);
      },
      [&](std::size_t p) {
        return *populations[p].benchmark == p
                   ? "population " + name(p) + " is its own benchmark. Use -1 for none."
                   : "population " + name(p) + " has benchmark " + std::to_string(*populations[p].benchmark) +
                         ", but there are " + std::to_string(n) + " populations, counted from 0.";
      });
}

void check_regions(const std::vector<Region>& regions, Problems& problems) {
  const std::size_t n = regions.size();
  constexpr std::size_t kMost = std::numeric_limits<std::uint16_t>::max();
  const auto code = [&](std::size_t r) -> const std::string& { return regions[r].code; };
  if (n == 0) problems.add("/regions/code", "no regions. There must be at least one.");
  if (n > kMost) {
    problems.add("/regions/code", std::to_string(n) + " regions. At most " + std::to_string(kMost) + " are possible.");
  }
  problems.add_rows(
      "/regions/code", n, [&](std::size_t r) { return code(r).empty(); },
      [](std::size_t) { return std::string("an empty code."); });
  check_names("/regions/code", n, code, problems);
  check_text("/regions/code", n, code, problems);
  check_text(
      "/regions/name", n, [&](std::size_t r) -> const std::string& { return regions[r].name; }, problems);
  check_text(
      "/regions/part", n, [&](std::size_t r) -> const std::string& { return regions[r].part; }, problems);
}

}  // namespace

void check_provenance(const std::string& place, const Provenance& provenance, Problems& problems) {
  for (const auto& [name, value] : provenance.entries) {
    if (!is_identifier(name)) {
      problems.add(place, "attribute " + quoted(name) + ": names are small letters a-z, digits and _ only.");
    }
    const auto* text = std::get_if<std::string>(&value);
    if (text != nullptr && (!is_utf8(*text) || text->find('\0') != std::string::npos)) {
      problems.add(place, "attribute " + name + ": not UTF-8 text (or a NUL in it).");
    }
    constexpr std::size_t kLongest = 60'000;  // HDF5 keeps an attribute in at most 64 KiB
    if (text != nullptr && text->size() > kLongest) {
      problems.add(place, "attribute " + name + ": longer than 60,000 bytes.");
    }
  }
}

void check_columns(const Register& input, Problems& problems) {
  const std::size_t n = input.id.size();
  const std::string id = "/establishments/id";
  constexpr std::uint64_t kMost = 4'000'000'000;  // rows are 32-bit in a result file (kMaxEstablishments)
  if (n == 0) problems.add(id, "no establishments. There must be at least one.");
  if (n > kMost) problems.add(id, std::to_string(n) + " establishments. At most 4,000,000,000 are possible.");
  check_length("/establishments/x_m", input.x_m.size(), id, n, problems);
  check_length("/establishments/y_m", input.y_m.size(), id, n, problems);
  check_length("/establishments/region", input.region.size(), id, n, problems);
  check_length("/establishments/jobs", input.jobs.size(), id, n, problems);
  check_unique_ids(input.id, problems);
  check_box("/establishments/x_m", input.x_m, kBoxXMin, kBoxXMax, problems);
  check_box("/establishments/y_m", input.y_m, kBoxYMin, kBoxYMax, problems);
  problems.add_rows(
      "/establishments/region", input.region.size(),
      [&](std::size_t i) { return input.region[i] >= input.regions.size(); },
      [&](std::size_t i) {
        return "unknown region " + std::to_string(input.region[i]) + ": there are " +
               std::to_string(input.regions.size()) + " regions, counted from 0.";
      });
  problems.add_rows(
      "/establishments/jobs", input.jobs.size(),
      [&](std::size_t i) { return !(input.jobs[i] >= 0 && input.jobs[i] <= kMostJobs); },
      [&](std::size_t i) { return text_of(input.jobs[i]) + " jobs. Jobs must be a number from 0 to 1e12."; });
  check_populations(input.populations, problems);
  check_regions(input.regions, problems);
}

}  // namespace detail

void check_register(const Register& input, Problems& problems) {
  detail::check_columns(input, problems);
  detail::check_provenance("/provenance", input.provenance, problems);
  const std::size_t n = input.id.size();
  const std::string place = "/establishments/membership";
  if (!input.company.empty()) {
    detail::check_length("/establishments/company", input.company.size(), "/establishments/id", n, problems);
  }
  detail::check_length(place, input.membership.size(), "/establishments/id", n, problems);
  const std::size_t populations = std::min(input.populations.size(), kMaxPopulations);
  const std::uint64_t known = populations == 64 ? ~std::uint64_t{0} : (std::uint64_t{1} << populations) - 1;
  problems.add_rows(
      place, input.membership.size(), [&](std::size_t i) { return (input.membership[i] & ~known) != 0; },
      [&](std::size_t i) {
        return "member of population " + std::to_string(std::countr_zero(input.membership[i] & ~known)) +
               ", but there are " + std::to_string(populations) + ", counted from 0.";
      });
  const std::uint64_t present =
      std::accumulate(input.membership.begin(), input.membership.end(), std::uint64_t{0}, std::bit_or<>());
  for (std::size_t p = 0; p < populations; ++p) {
    if ((present >> p & 1) == 0) {
      problems.add(
          "/populations/name, index " + std::to_string(p),
          "population " + input.populations[p].name + " has no members. Leave it out, or mend the memberships.");
    }
  }
}

}  // namespace dscore
