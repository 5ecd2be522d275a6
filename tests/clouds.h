#pragma once
// Named point clouds for tests: the shapes that real and nasty data take. Metres; the same on every platform.

#include <cmath>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "kernels/points.h"

namespace dscore::test {

struct Cloud {
  std::vector<double> x, y;
  std::vector<std::uint32_t> multiplicity;  ///< empty: 1 each
  void add(double x_m, double y_m) {
    x.push_back(x_m);
    y.push_back(y_m);
  }
  std::size_t size() const { return x.size(); }
  PointSet points() const { return {x, y, multiplicity}; }
};

/// Uniform numbers in [0, 1), the same with every library (SplitMix64).
class Random {
 public:
  explicit Random(std::uint64_t seed) : state_(seed) {}
  std::uint64_t bits() {
    std::uint64_t z = (state_ += 0x9E3779B97F4A7C15U);
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9U;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBU;
    return z ^ (z >> 31);
  }
  double operator()() { return static_cast<double>(bits() >> 11) * 0x1p-53; }
  double normal() { return std::sqrt(-2 * std::log(1 - (*this)())) * std::cos(2 * M_PI * (*this)()); }

 private:
  std::uint64_t state_;
};

/// Anywhere in a country of 200 by 300 km in RD New, unsnapped.
inline Cloud uniform(std::size_t n) {
  Random random(1);
  Cloud cloud;
  for (std::size_t i = 0; i < n; ++i) cloud.add(2e4 + 2e5 * random(), 3.1e5 + 3e5 * random());
  return cloud;
}

/// Five towns of 1.5 km and a countryside, on whole metres, many coincident: as on postcodes.
inline Cloud towns(std::size_t n) {
  Random random(2);
  Cloud cloud;
  for (std::size_t i = 0; i < n; ++i) {
    const double town = std::floor(5 * random());
    const double spread = random() < 0.2 ? 2e4 : 1.5e3;
    double x = 8e4 + 3e4 * town + spread * random.normal();
    double y = 4e5 + 4e4 * std::fmod(town * 2, 5) + spread * random.normal();
    if (i > 0 && random() < 0.4) {
      const auto other = static_cast<std::size_t>(random() * static_cast<double>(i));
      x = cloud.x[other];
      y = cloud.y[other];
    }
    cloud.add(std::round(x), std::round(y));
  }
  return cloud;
}

inline Cloud coincident(std::size_t n) {
  Cloud cloud;
  for (std::size_t i = 0; i < n; ++i) cloud.add(121000, 487000);
  return cloud;
}

/// On a slanted line, 37.5 m apart.
inline Cloud collinear(std::size_t n) {
  Cloud cloud;
  for (std::size_t i = 0; i < n; ++i) {
    cloud.add(3e5 + 30.0 * static_cast<double>(i), 6e5 - 22.5 * static_cast<double>(i));
  }
  return cloud;
}

/// A square lattice of 200 m: very many pairs at exactly 1,000 m (along the axes and as 600-800-1000 triangles).
inline Cloud lattice(std::size_t n) {
  Cloud cloud;
  const auto side = static_cast<std::size_t>(std::ceil(std::sqrt(static_cast<double>(n))));
  for (std::size_t i = 0; i < n; ++i) {
    const std::size_t row = i / side;
    cloud.add(3e5 + 200.0 * static_cast<double>(i % side), 6e5 + 200.0 * static_cast<double>(row));
  }
  return cloud;
}

/// The lattice on coordinates without an exact binary form, so that squares round across the threshold.
inline Cloud shifted_lattice(std::size_t n) {
  Cloud cloud = lattice(n);
  for (double& x : cloud.x) x = x + 0.1;
  for (double& y : cloud.y) y = y + 0.7;
  return cloud;
}

/// Two dense islands 280 km apart.
inline Cloud islands(std::size_t n) {
  Random random(3);
  Cloud cloud;
  for (std::size_t i = 0; i < n; ++i) {
    const double east = i % 3 == 0 ? 2e5 : 0;
    cloud.add(2e4 + east + 3e3 * random(), 3.5e5 + east + 3e3 * random());
  }
  return cloud;
}

/// Two spots of 16 m, on whole metres, 254 km apart: all far distances are nearly equal, and roundings agree.
inline Cloud tight_islands(std::size_t n) {
  Cloud cloud;
  for (std::size_t i = 0; i < n; ++i) {
    const double east = i % 2 == 0 ? 254'450 : 0;
    const std::size_t place = i / 2;
    const std::size_t row = place / 16;
    cloud.add(3e4 + east + static_cast<double>(place % 16), 4e5 + static_cast<double>(row));
  }
  return cloud;
}

/// One dense town of 800 m: nearly all pairs are within a kilometre, and have the same value.
inline Cloud dense_town(std::size_t n) {
  Random random(5);
  Cloud cloud;
  for (std::size_t i = 0; i < n; ++i) cloud.add(std::round(1e5 + 800 * random()), std::round(5e5 + 800 * random()));
  return cloud;
}

/// A dense cloud, and one point a thousand kilometres away.
inline Cloud far_point(std::size_t n) {
  Random random(4);
  Cloud cloud;
  for (std::size_t i = 0; i + 1 < n; ++i) cloud.add(1e5 + 5e3 * random(), 5e5 + 5e3 * random());
  if (n > 0) cloud.add(1.1e6, 5e5);
  return cloud;
}

/// One row that stands for a million establishments among ordinary ones.
inline Cloud dominant(std::size_t n) {
  Cloud cloud = uniform(n);
  cloud.multiplicity.assign(n, 1);
  for (std::size_t i = 0; i < n; i += 3) cloud.multiplicity[i] = 2 + static_cast<std::uint32_t>(i % 7);
  if (n > 0) cloud.multiplicity[n / 2] = 1'000'000;
  return cloud;
}

struct NamedCloud {
  std::string name;
  std::function<Cloud(std::size_t)> make;
};

inline std::vector<NamedCloud> all_clouds() {
  return {{"uniform", uniform},       {"towns", towns},
          {"coincident", coincident}, {"collinear", collinear},
          {"lattice", lattice},       {"shifted_lattice", shifted_lattice},
          {"islands", islands},       {"tight_islands", tight_islands},
          {"dense_town", dense_town}, {"far_point", far_point},
          {"dominant", dominant}};
}

}  // namespace dscore::test
