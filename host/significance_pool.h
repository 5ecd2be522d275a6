#pragma once
// The establishments that a sector's labels are drawn from, and drawing them.

#include <cstdint>
#include <vector>

#include "host/significance.h"
#include "kernels/backend.h"
#include "kernels/philox.h"

namespace dscore {

/// A set of members of a pool: one bit for each, in the order of the pool.
using Labels = std::vector<std::uint64_t>;

inline bool is_labelled(const Labels& labels, std::size_t member) {
  return (labels[member / 64] >> member % 64 & 1U) != 0;
}

struct Stratum {
  std::size_t begin = 0, end = 0;  ///< Pool::member() of these are its members
  std::size_t labelled = 0;        ///< members of the sector
  std::size_t size() const { return end - begin; }
};

/// Members stand in the order of their locations, which is one in space, and by row within a location.
struct Pool {
  std::vector<std::uint32_t> row;         ///< N, in the register
  MergedPoints points;                    ///< M locations; `location` is that of each member
  std::vector<std::uint16_t> region;      ///< N
  Labels sector;                          ///< the members of the sector
  std::size_t labelled = 0;               ///< n: how many
  std::vector<Stratum> strata;            ///< those that the sector has members in
  std::vector<std::uint32_t> by_stratum;  ///< N: members, those of a stratum together; empty where there is one

  std::size_t size() const { return row.size(); }
  std::size_t member(std::size_t k) const { return by_stratum.empty() ? k : by_stratum[k]; }
};

/// The number of the stratum that an establishment belongs to.
std::size_t stratum_of(const Register& input, std::uint32_t row, Strata strata);

/// The pool of a population with a benchmark: the union of both.
Pool make_pool(const Backend& backend, const Register& input, std::size_t population, Strata strata);

/// Labels as many members of each stratum as the sector has there, any such set being as likely as any other.
void draw_labels(const Pool& pool, PhiloxStream random, Labels& labels);

}  // namespace dscore
