#pragma once
// The register: what a population file holds (io/schema.md), column by column.

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "host/provenance.h"

namespace dscore {

inline constexpr std::size_t kMaxPopulations = 64;  ///< memberships are one 64-bit mask per establishment

/// A set of establishments that is scored by itself: a sector or a benchmark.
struct Population {
  std::string name;                      ///< identifier, [a-z0-9_]+
  std::string title;                     ///< for tables and figures
  std::optional<std::size_t> benchmark;  ///< index of the population whose P90/P95 and mean it is compared with
};

/// A cell of any partition of the country (COROP in the note).
struct Region {
  std::string code;
  std::string name;
  std::string part;  ///< part of the country, may be empty
};

/// Establishments (LBE) as columns of equal length N, with the populations and regions they belong to.
struct Register {
  std::vector<std::int64_t> id;  ///< unique
  std::vector<double> x_m;       ///< RD New (EPSG:28992), metres
  std::vector<double> y_m;
  std::vector<std::uint16_t> region;      ///< index into regions
  std::vector<double> jobs;               ///< >= 0
  std::vector<std::int64_t> company;      ///< company (BE) id; empty if not known
  std::vector<std::uint64_t> membership;  ///< bit p set: member of populations[p]
  std::vector<Population> populations;    ///< at most kMaxPopulations
  std::vector<Region> regions;
  Provenance provenance;

  std::size_t size() const { return id.size(); }
};

/// Throws Error with the first thing that scoring could not rely on: lengths, coordinates, regions, jobs, benchmarks.
/// Files are checked more closely when they are read (io/), with their places.
void check(const Register& input);

/// The rows of every population, in the order of the register.
std::vector<std::vector<std::uint32_t>> members_of(const Register& input);

/// The register of some of its establishments, in this order, with the same populations and regions.
Register rows_of(const Register& input, std::span<const std::uint32_t> rows);

/// A column's values in these rows.
template <class T>
std::vector<T> gather(const std::vector<T>& column, std::span<const std::uint32_t> rows) {
  std::vector<T> values(rows.size());
  for (std::size_t k = 0; k < rows.size(); ++k) values[k] = column[rows[k]];
  return values;
}

}  // namespace dscore
