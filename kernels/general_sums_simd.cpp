#include "kernels/general_sums_simd.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <span>
#include <type_traits>

#include "kernels/sphere.h"
#include "kernels/within.h"

// Compiled once per instruction set: Highway includes this file again for each.
#include "kernels/simd_targets.h"
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/general_sums_simd.cpp"
#include <hwy/foreach_target.h>
// foreach_target.h comes first
#include <hwy/highway.h>

#include "kernels/lanes-inl.h"

HWY_BEFORE_NAMESPACE();
namespace dscore {  // NOLINT(modernize-concat-nested-namespaces): the inner name is a macro
namespace HWY_NAMESPACE {
namespace {

namespace hn = hwy::HWY_NAMESPACE;

using One = Lanes<double>;
using Mask = MaskOf<double>;
constexpr hn::ScalableTag<double> kD;

/// Locations of b that a block has, and of a.
constexpr int kColumns = 16;
constexpr int kRows = 64;
constexpr int kVectors = kColumns / static_cast<int>(hn::MaxLanes(kD));
using Row = Lanes<double, kVectors>;  ///< of a block: one location of a with kColumns of b

static_assert(kGeneralTile % kColumns == 0 && kGeneralTile % kRows == 0);

/// Rows `begin` to `end` of a with the columns from `j` on.
struct Block {
  const GeneralTask& task;
  const GeneralSide& a;
  const GeneralSide& b;
  int begin, end, j;
  double* square;  ///< squared distances in m2, later the bands
  double* value;   ///< f in 1/m
};

// Distances.

/// sin^2(x/2) = s (c_1 + s (c_2 + ...)), of squared degrees s, for x up to kSeriesDegrees: the next term is 4e-17.
constexpr double sine_term(int k) {
  constexpr double kSeries[] = {1, -1.0 / 3, 2.0 / 45, -1.0 / 315, 2.0 / 14175};
  double term = kSeries[k];
  for (int power = 0; power <= k; ++power) term *= (kRadiansPerDegree / 2) * (kRadiansPerDegree / 2);
  return term;
}
template <int N>
HWY_INLINE Lanes<double, N> squared_sine_of_half(Lanes<double, N> squared_degrees) {
  using L = Lanes<double, N>;
  L series = multiply_add(squared_degrees, L(sine_term(4)), L(sine_term(3)));
  series = multiply_add(squared_degrees, series, L(sine_term(2)));
  series = multiply_add(squared_degrees, series, L(sine_term(1)));
  series = multiply_add(squared_degrees, series, L(sine_term(0)));
  return squared_degrees * series;
}

/// d^2 = 4 R^2 asin^2(sqrt(h)) as a series in the haversine h: sum of (4 h)^n / (2 n^2 binomial(2n, n)). Up to the
/// haversine of two sides of kSeriesDegrees, 0.0123, the next term is 2e-17.
constexpr double arc_term(int n) {
  constexpr double kSeries[] = {1,           1.0 / 3, 8.0 / 45, 4.0 / 35, 128.0 / 1575, 128.0 / 2079, 1024.0 / 21021,
                                256.0 / 6435};
  return 4 * kEarthRadiusM * kEarthRadiusM * kSeries[n - 1];
}
template <int N>
HWY_INLINE Lanes<double, N> squared_arc(Lanes<double, N> h) {
  using L = Lanes<double, N>;
  L series = multiply_add(h, L(arc_term(8)), L(arc_term(7)));
  series = multiply_add(h, series, L(arc_term(6)));
  series = multiply_add(h, series, L(arc_term(5)));
  series = multiply_add(h, series, L(arc_term(4)));
  series = multiply_add(h, series, L(arc_term(3)));
  series = multiply_add(h, series, L(arc_term(2)));
  series = multiply_add(h, series, L(arc_term(1)));
  return h * series;
}

template <int N>
HWY_INLINE Lanes<double, N> sine(Lanes<double, N> x) {
  if constexpr (N > 1) return {sine(x.low), sine(x.high)};
  if constexpr (N == 1) return Lanes<double>(hn::Sin(kD, x.v));
}
/// asin(sqrt(h)).
template <int N>
HWY_INLINE Lanes<double, N> arc(Lanes<double, N> h) {
  if constexpr (N > 1) return {arc(h.low), arc(h.high)};
  if constexpr (N == 1) return Lanes<double>(hn::Asin(kD, hn::Sqrt(hn::Min(h.v, hn::Set(kD, 1.0)))));
}

template <Metric metric>
void measure(const Block& block) {
  const GeneralSide& a = block.a;
  const Row x = load<kVectors>(block.b.x + block.j);
  const Row y = load<kVectors>(block.b.y + block.j);
  const Row cosine = metric == Metric::plane ? x : load<kVectors>(block.b.cosine + block.j);
  double* square = block.square;
  for (int i = block.begin; i < block.end; ++i, square += kColumns) {
    const Row dx = Row(a.x[i]) - x;
    const Row dy = Row(a.y[i]) - y;
    if constexpr (metric == Metric::plane) {
      store(multiply_add(dx, dx, dy * dy), square);
    } else if constexpr (metric == Metric::sphere_series) {
      const Row cosines = Row(a.cosine[i]) * cosine;
      store(squared_arc(multiply_add(cosines, squared_sine_of_half(dx * dx), squared_sine_of_half(dy * dy))), square);
    } else {
      const Row cosines = Row(a.cosine[i]) * cosine;
      const Row sine_x = sine(dx * Row(kRadiansPerDegree / 2));
      const Row sine_y = sine(dy * Row(kRadiansPerDegree / 2));
      const Row d = Row(2 * kEarthRadiusM) * arc(multiply_add(cosines, sine_x * sine_x, sine_y * sine_y));
      store(d * d, square);
    }
  }
}

// Decisions.

/// Half-width of the grey zone of squared distances: kWithinGreyZone, and the errors of the great circles. With u =
/// 2^-53: a difference of degrees is off by u, its square by 3 u, the series by 3 u more, the product of the cosines by
/// 7 u, the haversine by 14 u, and d^2 by 18 u = 2.1e-15. By sines (4 u) and arcsines (2 u): 40 u, up to a quarter of
/// the globe.
constexpr double grey_zone(Metric metric) {
  return metric == Metric::plane ? kWithinGreyZone : metric == Metric::sphere_series ? 3e-15 : 1e-14;
}

/// A distance to be compared with.
struct Edge {
  double edge_m = 0, below = 0, above = 0;  ///< squares below `below` are nearer, those above `above` are not
  Edge() = default;
  Edge(Metric metric, double metres)
      : edge_m(metres),
        below(metres * metres * (1 - grey_zone(metric))),
        above(metres * metres * (1 + grey_zone(metric))) {}
};

bool nearer(const Block& block, int i, int j, double edge_m) {
  const GeneralSide& a = block.a;
  const GeneralSide& b = block.b;
  return block.task.metric == Metric::plane ? within_threshold(a.x[i], a.y[i], b.x[j], b.y[j], edge_m)
                                            : nearer_on_sphere(a.x[i], a.y[i], b.x[j], b.y[j], edge_m);
}

/// The lanes of b from j on that are nearer to location i of a than the edge.
HWY_INLINE Mask nearer_lanes(const Block& block, One square, const Edge& edge, int i, int j) {
  const auto below = hn::Lt(square.v, hn::Set(kD, edge.below));
  const auto grey = hn::AndNot(below, hn::Le(square.v, hn::Set(kD, edge.above)));
  if (HWY_LIKELY(hn::AllFalse(kD, grey))) return below;
  alignas(64) double decided[hn::MaxLanes(kD)];
  for (int lane = 0; lane < static_cast<int>(hn::Lanes(kD)); ++lane) {
    decided[lane] = nearer(block, i, j + lane, edge.edge_m) ? 1.0 : 0.0;
  }
  return hn::Gt(hn::Load(kD, decided), hn::Zero(kD));
}

// Values.

template <int N>
HWY_INLINE Threshold<Lanes<double, N>> threshold_of(const PairSettings& settings) {
  return {Lanes<double, N>(settings.threshold_m), Lanes<double, N>(decay_value(settings.decay, settings.threshold_m))};
}

template <ThresholdRule rule, class Decreasing>
void far_values(const Block& block, Decreasing g) {
  const auto threshold = threshold_of<kVectors>(*block.task.settings);
  const int count = (block.end - block.begin) * kColumns;
  for (int k = 0; k < count; k += kColumns) {
    const FarSquare<double, kVectors> square{load<kVectors>(block.square + k)};
    store(far_value<rule>(square, threshold, g), block.value + k);
  }
}

/// Of two whole numbers that are exact in FP64; their product need not be.
std::uint64_t pairs(double a, double b) { return static_cast<std::uint64_t>(a) * static_cast<std::uint64_t>(b); }

/// Returns the sum of m_p m_q over the pairs of the block within the threshold.
template <ThresholdRule rule, class Decreasing>
std::uint64_t near_values(const Block& block, Decreasing g) {
  // With these rules what is within does not need its distance.
  using Square = std::conditional_t<constant_within(rule), FarSquare<double>, AnySquare<double>>;
  const auto threshold = threshold_of<1>(*block.task.settings);
  const Edge edge(block.task.metric, block.task.settings->threshold_m);
  const int lanes = static_cast<int>(hn::Lanes(kD));
  std::uint64_t pairs_within = 0;
  for (int c = 0; c < kColumns; c += lanes) {
    auto weight_within = hn::Zero(kD);
    for (int i = block.begin; i < block.end; ++i) {
      const int k = (i - block.begin) * kColumns + c;
      const One square(hn::Load(kD, block.square + k));
      const auto within = nearer_lanes(block, square, edge, i, block.j + c);
      hn::Store(pair_value<rule>(Square{square}, within, threshold, g).v, kD, block.value + k);
      weight_within = hn::Add(weight_within, hn::IfThenElseZero(within, hn::Set(kD, block.a.multiplicity[i])));
    }
    alignas(64) double weights[hn::MaxLanes(kD)];
    hn::Store(weight_within, kD, weights);
    for (int lane = 0; lane < lanes; ++lane)
      pairs_within += pairs(weights[lane], block.b.multiplicity[block.j + c + lane]);
  }
  return pairs_within;
}

/// The sum over pairs within the threshold, where there can be any.
std::uint64_t evaluate(const Block& block) {
  const PairSettings& settings = *block.task.settings;
  return with_rule(settings.rule, [&](auto constant) {
    constexpr ThresholdRule rule = decltype(constant)::value;
    // Beyond the threshold these three are the same function.
    constexpr ThresholdRule far_rule = constant_within(rule) ? ThresholdRule::none : rule;
    if (!block.task.far) {
      return HWY_NAMESPACE::with_decay<One>(settings.decay, [&](auto g) { return near_values<rule>(block, g); });
    }
    HWY_NAMESPACE::with_decay<Row>(settings.decay, [&](auto g) { far_values<far_rule>(block, g); });
    return std::uint64_t{0};
  });
}

// Sums.

/// The squares become the numbers of the bands.
void number_bands(const Block& block, std::span<const Edge> inner) {
  const int lanes = static_cast<int>(hn::Lanes(kD));
  const int count = (block.end - block.begin) * kColumns;
  const auto one = hn::Set(kD, 1.0);
  for (int k = 0; k < count; k += lanes) {
    const One square(hn::Load(kD, block.square + k));
    auto band = hn::Zero(kD);
    for (const Edge& edge : inner) {
      const auto is_nearer = nearer_lanes(block, square, edge, block.begin + k / kColumns, block.j + k % kColumns);
      band = hn::Add(band, hn::IfThenZeroElse(is_nearer, one));
    }
    hn::Store(band, kD, block.square + k);
  }
}

template <int N>
HWY_INLINE Lanes<double, N> where_equal(Lanes<double, N> x, Lanes<double, N> wanted, Lanes<double, N> value) {
  if constexpr (N > 1) {
    return {where_equal(x.low, wanted.low, value.low), where_equal(x.high, wanted.high, value.high)};
  } else {
    return One(hn::IfThenElseZero(hn::Eq(x.v, wanted.v), value.v));
  }
}

template <int N>
HWY_INLINE void add_to(Lanes<double, N> value, double* HWY_RESTRICT sums) {
  store(load<N>(sums) + value, sums);
}

/// of_b += the sums of columns; `row` += a vector of partial sums for each row, where both sides are summed.
template <bool both, bool one_band>
HWY_INLINE void sum_band(const Block& block, double band, double* HWY_RESTRICT row, double* HWY_RESTRICT of_b) {
  const int lanes = static_cast<int>(hn::Lanes(kD));
  const Row weight = load<kVectors>(block.b.weight + block.j);
  const Row wanted(band);
  Row sum(0.0);
  int k = 0;
  for (int i = block.begin; i < block.end; ++i, k += kColumns, row += lanes) {
    Row f = load<kVectors>(block.value + k);
    if constexpr (!one_band) f = where_equal(load<kVectors>(block.square + k), wanted, f);
    sum = multiply_add(Row(block.a.weight[i]), f, sum);
    if constexpr (both) hn::Store(hn::Add(hn::Load(kD, row), add_up(f * weight)), kD, row);
  }
  add_to(sum, of_b);
}

}  // namespace

std::uint64_t tiles_general(const GeneralTask& task, const GeneralSide& a, const GeneralSide& b,
                            GeneralTileSums& sums) {
  const int lanes = static_cast<int>(hn::Lanes(kD));
  const int bands = task.end_wanted - task.first_wanted;
  const bool one_band = task.inner_m.empty();
  alignas(64) double square[kRows * kColumns];
  alignas(64) double value[kRows * kColumns];
  alignas(64) double row[kMostBands * kRows * hn::MaxLanes(kD)];
  std::array<Edge, kMostBands + 1> inner;
  std::transform(task.inner_m.begin(), task.inner_m.end(), inner.begin(),
                 [&](double inner_m) { return Edge(task.metric, inner_m); });
  double* const of_columns = task.self ? sums.of_a[0] : sums.of_b[0];  // a tile with itself: of both
  std::fill(of_columns, of_columns + bands * kGeneralTile, 0.0);

  std::uint64_t pairs_within = 0;
  for (int begin = 0; begin < a.count; begin += kRows) {
    const int end = std::min(a.count, begin + kRows);
    if (!task.self) std::fill(row, row + bands * kRows * lanes, 0.0);
    for (int j = 0; j < b.count; j += kColumns) {
      const Block block{task, a, b, begin, end, j, square, value};
      switch (task.metric) {
        case Metric::plane:
          measure<Metric::plane>(block);
          break;
        case Metric::sphere_series:
          measure<Metric::sphere_series>(block);
          break;
        case Metric::sphere:
          measure<Metric::sphere>(block);
          break;
      }
      pairs_within += evaluate(block);
      if (task.self) {  // nobody is his own neighbour
        for (int i = std::max(begin, j); i < std::min(end, j + kColumns); ++i) {
          value[(i - begin) * kColumns + i - j] = 0;
          pairs_within -= pairs(a.multiplicity[i], a.multiplicity[i]);
        }
      }
      if (!one_band) number_bands(block, std::span(inner).first(task.inner_m.size()));
      for (int k = 0; k < bands; ++k) {
        double* const of_b = of_columns + k * kGeneralTile + j;
        double* const partial = row + k * kRows * lanes;
        const double band = task.first_wanted + k;
        if (task.self) {
          one_band ? sum_band<false, true>(block, band, partial, of_b)
                   : sum_band<false, false>(block, band, partial, of_b);
        } else {
          one_band ? sum_band<true, true>(block, band, partial, of_b)
                   : sum_band<true, false>(block, band, partial, of_b);
        }
      }
    }
    for (int k = 0; !task.self && k < bands; ++k) {
      for (int i = begin; i < end; ++i) {
        sums.of_a[k][i] = sum_in_double(hn::Load(kD, row + (k * kRows + i - begin) * lanes));
      }
    }
  }
  return pairs_within;
}

}  // namespace HWY_NAMESPACE
}  // namespace dscore
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace dscore {

HWY_EXPORT(tiles_general);

std::uint64_t sum_general(const GeneralTask& task, const GeneralSide& a, const GeneralSide& b, GeneralTileSums& sums) {
  return HWY_DYNAMIC_DISPATCH(tiles_general)(task, a, b, sums);
}

}  // namespace dscore
#endif
