#include "host/memory_costs.h"

#include <bit>

namespace dscore {
namespace {

constexpr double kProgram = 30 << 20;
constexpr double kEstablishment = 65;  ///< columns of the register, and what a file's reading leaves
constexpr double kMember = 50;         ///< row, location, score
constexpr double kComparedMember = 60;
constexpr double kPoolMember = 190;
constexpr double kNearLocation = 12;  ///< and sector
constexpr double kNearMember = 64;    ///< a row of Proximities

double members(const Register& input) {
  double all = 0;
  for (const std::uint64_t mask : input.membership) all += std::popcount(mask);
  return all;
}

}  // namespace

double scoring_bytes(const Register& input) {
  return kProgram + kEstablishment * static_cast<double>(input.size()) + kMember * members(input);
}

double sweep_bytes(const Register& input) {
  return kEstablishment * static_cast<double>(input.size()) + kComparedMember * members(input);
}

double significance_bytes(std::size_t largest_pool, std::size_t near) {
  const auto pool = static_cast<double>(largest_pool);
  return kPoolMember * pool + (near > 0 ? kNearLocation * static_cast<double>(near) + kNearMember * pool : 0);
}

}  // namespace dscore
