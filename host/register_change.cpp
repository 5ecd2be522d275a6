#include "host/register_change.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "kernels/error.h"
#include "kernels/philox.h"

namespace dscore {
namespace {

constexpr std::uint32_t kSubsampleStream = 0x5AB5;  // of a seed: significance has others

bool is_outside(const WithoutCircle& circle, double x_m, double y_m) {
  return !(std::hypot(x_m - circle.x_m, y_m - circle.y_m) < circle.radius_m);
}

std::size_t drawn_by(const Subsample& sample, const Register& input) {
  return static_cast<std::size_t>(std::llround(sample.share * static_cast<double>(input.size())));
}

ChangedRegister keep(const Register& input, std::vector<std::uint32_t> rows) {
  if (rows.empty()) throw Error("sweep: a setting leaves no establishment. Leave out less.");
  return {rows_of(input, rows), std::move(rows)};
}

template <class Leaves>
ChangedRegister keep_where(const Register& input, Leaves stays) {
  std::vector<std::uint32_t> rows;
  for (std::uint32_t i = 0; i < input.size(); ++i) {
    if (stays(i)) rows.push_back(i);
  }
  return keep(input, std::move(rows));
}

ChangedRegister applied(const Register& input, const std::monostate& /*nothing*/) { return {input, {}}; }

ChangedRegister applied(const Register& input, const MoveRegion& move) {
  ChangedRegister changed{input, {}};
  for (std::size_t i = 0; i < input.size(); ++i) {
    if (input.region[i] != move.region) continue;
    changed.input.x_m[i] += move.dx_m;
    changed.input.y_m[i] += move.dy_m;
  }
  return changed;
}

ChangedRegister applied(const Register& input, const WithoutRegion& without) {
  return keep_where(input, [&](std::uint32_t i) { return input.region[i] != without.region; });
}

ChangedRegister applied(const Register& input, const WithoutCompany& without) {
  if (input.company.empty()) throw Error("sweep: the register does not know companies. Leave this setting out.");
  return keep_where(input, [&](std::uint32_t i) { return input.company[i] != without.company; });
}

ChangedRegister applied(const Register& input, const WithoutCircle& without) {
  return keep_where(input, [&](std::uint32_t i) { return is_outside(without, input.x_m[i], input.y_m[i]); });
}

/// The first of a random order (Fisher & Yates), put back in the order of the register.
ChangedRegister applied(const Register& input, const Subsample& sample) {
  std::vector<std::uint32_t> rows(input.size());
  std::iota(rows.begin(), rows.end(), std::uint32_t{0});
  const std::size_t drawn = drawn_by(sample, input);
  PhiloxStream random(sample.seed, static_cast<std::uint32_t>(sample.repeat), kSubsampleStream);
  for (std::size_t k = 0; k < drawn; ++k) {
    std::swap(rows[k], rows[k + random.below(static_cast<std::uint32_t>(rows.size() - k))]);
  }
  rows.resize(drawn);
  std::sort(rows.begin(), rows.end());
  return keep(input, std::move(rows));
}

std::size_t add_population(Register& input, const std::string& name, const std::string& title) {
  if (input.populations.size() >= kMaxPopulations) {
    throw Error("sweep: no room for another benchmark: a register has at most " + std::to_string(kMaxPopulations) +
                " populations. Sweep a register of fewer.");
  }
  input.populations.push_back({name, title, {}});
  return input.populations.size() - 1;
}

ChangedRegister applied(const Register& input, const OtherBenchmark& other) {
  ChangedRegister changed{input, {}};
  Register& now = changed.input;
  const std::size_t populations = input.populations.size();
  const auto bit = [](std::size_t p) { return std::uint64_t{1} << p; };
  switch (other.of) {
    case OtherBenchmark::Of::population:
      for (std::size_t p = 0; p < populations; ++p) {
        if (p != other.population && now.populations[p].benchmark) now.populations[p].benchmark = other.population;
      }
      break;
    case OtherBenchmark::Of::everything: {
      const std::size_t everything = add_population(now, "everything", "");
      for (std::uint64_t& mask : now.membership) mask |= bit(everything);
      for (std::size_t p = 0; p < populations; ++p) {
        if (now.populations[p].benchmark) now.populations[p].benchmark = everything;
      }
      break;
    }
    case OtherBenchmark::Of::others:
      for (std::size_t p = 0; p < populations; ++p) {
        if (!input.populations[p].benchmark) continue;
        const std::size_t benchmark = *input.populations[p].benchmark;
        const std::size_t others = add_population(now, "others_" + input.populations[p].name, "");
        for (std::uint64_t& mask : now.membership) {
          if ((mask & bit(benchmark)) != 0 && (mask & bit(p)) == 0) mask |= bit(others);
        }
        now.populations[p].benchmark = others;
      }
      break;
  }
  return changed;
}

}  // namespace

MoveRegion moved_along_line(const Register& input, std::size_t region, double centre_x_m, double centre_y_m,
                            double factor) {
  double x = 0, y = 0, n = 0;
  for (std::size_t i = 0; i < input.size(); ++i) {
    if (input.region[i] != region) continue;
    x += input.x_m[i];
    y += input.y_m[i];
    ++n;
  }
  if (n == 0) throw Error("sweep: region " + input.regions[region].code + " has no establishment to move.");
  return {region, std::round((factor - 1) * (x / n - centre_x_m)), std::round((factor - 1) * (y / n - centre_y_m))};
}

std::string fault_of(const Change& change, const Register& input) {
  bool somebody = true;
  const auto any = [&](auto stays) {
    somebody = false;
    for (std::size_t i = 0; i < input.size() && !somebody; ++i) somebody = stays(i);
  };
  if (const auto* region = std::get_if<WithoutRegion>(&change)) {
    any([&](std::size_t i) { return input.region[i] != region->region; });
  } else if (const auto* company = std::get_if<WithoutCompany>(&change)) {
    if (input.company.empty()) return "the register does not know companies. Leave it out.";
    any([&](std::size_t i) { return input.company[i] != company->company; });
  } else if (const auto* circle = std::get_if<WithoutCircle>(&change)) {
    any([&](std::size_t i) { return is_outside(*circle, input.x_m[i], input.y_m[i]); });
  } else if (const auto* sample = std::get_if<Subsample>(&change)) {
    somebody = drawn_by(*sample, input) > 0;
  } else if (const auto* other = std::get_if<OtherBenchmark>(&change)) {
    std::size_t made = other->of == OtherBenchmark::Of::everything ? 1 : 0;
    if (other->of == OtherBenchmark::Of::others) {
      for (const Population& population : input.populations) made += population.benchmark ? 1 : 0;
    }
    if (input.populations.size() + made > kMaxPopulations) {
      return "needs " + std::to_string(made) + " benchmarks of its own, and a register has at most " +
             std::to_string(kMaxPopulations) + " populations. Sweep a register of fewer.";
    }
  }
  return somebody ? "" : "leaves no establishment. Leave out less.";
}

ChangedRegister changed_register(const Change& change, const Register& input) {
  return std::visit([&](const auto& how) { return applied(input, how); }, change);
}

}  // namespace dscore
