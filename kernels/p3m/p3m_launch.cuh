#pragma once
// The fast method on a machine with device memory: what the CPU prepares, and the order of the kernels. p3m_cuda.cu
// runs it on a GPU, the emulated tests on the CPU.
//
// A Machine has
//   Array<T>                                  device memory: resize(n) (contents lost), data()
//   to_device(array, values, n), to_host(values, array, n)
//   launch(kernel, threads, block, arguments...), in order
//   wait()                                    until all of it is done
//   use()                                     has the calling thread work on it

#include <algorithm>
#include <cmath>
#include <optional>
#include <utility>
#include <vector>

#include "kernels/error.h"
#include "kernels/p3m/engine.h"
#include "kernels/p3m/p3m.h"
#include "kernels/p3m/p3m_cuda.cuh"
#include "kernels/p3m/samples.h"

namespace dscore::p3m {

template <class Machine>
class DeviceP3m final : public Engine {
 public:
  /// threads: of the CPU, as in P3m.
  explicit DeviceP3m(int threads, Machine machine = Machine())
      : machine_(std::move(machine)), threads_(cpu_threads(threads)) {}

  const Costs& costs() const override { return kGpuCosts; }

  void set_points(const MergedPoints& points, const PairSettings& settings, const Plan& plan) override {
    if (!is_plain(settings)) {
      throw Error("--device cuda: a GPU sums 1/d alone, over all pairs. Take --device cpu for other decays.");
    }
    machine_.use();
    const bool same_plan = points_ != nullptr && plan.same_mesh(plan_) && same_pairs(settings, settings_);
    points_ = nullptr;  // until all is done: an error may end it
    settings_ = settings;
    plan_ = plan;
    set_strips(points);
    if (!same_plan) set_plan();
    machine_.wait();
    points_ = &points;
  }

  PairSums execute(std::span<const std::uint32_t> multiplicity, const Progress& progress) override {
    const auto report = [&](double fraction) {
      if (!progress) return;
      machine_.wait();
      progress(fraction);
    };
    machine_.use();
    const std::vector<DeviceDominant> dominant =
        set_masses(multiplicity.empty() ? std::span<const std::uint32_t>(points_->multiplicity) : multiplicity);
    const DeviceStrips strips = device_strips();

    DeviceComplex* data = data_.data();
    DeviceComplex* spare = spare_.data();
    const std::size_t tiles = std::size_t((mesh_.period_x + kTileColumns - 1) / kTileColumns) *
                              ((2 * mesh_.pairs + kTileRows - 1) / kTileRows);
    machine_.launch(spread, tiles * simt::kWarp, kDeviceBlock, strips, mesh_, device_window(), data);
    report(0.1);
    convolve(data, spare);
    report(0.3);
    machine_.launch(gather, std::size_t(strips.slots) * simt::kWarp, kDeviceBlock, strips, mesh_, device_window(), data,
                    plan_.exact_own ? response_.data() : nullptr, own_, sums_.data());
    report(0.5);

    const std::uint64_t none = 0;
    machine_.to_device(within_, &none, 1);
    with_rule(settings_.rule, [&](auto rule) {
      constexpr ThresholdRule kRule = decltype(rule)::value;
      const auto sum_near = [&](auto kernel) {
        machine_.launch(kernel, std::size_t(group_count_) * simt::kWarp, kDeviceBlock, strips, groups_.data(),
                        group_count_, near_, sums_.data(), within_.data());
      };
      constexpr bool kHasEdge = constant_within(kRule);
      if (kHasEdge && near_.cutoff_m == near_.threshold_m) {
        sum_near(near_pairs<kRule, kHasEdge>);
      } else {
        sum_near(near_pairs<kRule, false>);
      }
      machine_.launch(finish<kRule>, strips.slots, kDeviceBlock, strips, dominant_.data(),
                      static_cast<std::uint32_t>(dominant.size()), settings_.threshold_m, sums_.data(),
                      sum_per_m_.data(), within_.data());
    });
    PairSums result;
    result.sum_per_m.resize(points_->size());
    machine_.to_host(result.sum_per_m.data(), sum_per_m_, result.sum_per_m.size());
    machine_.to_host(&result.ordered_pairs_within, within_, 1);
    report(1);
    return result;
  }

  PairSums execute_weighted(std::span<const double>, const Progress&) override {
    throw Error("--device cuda: a GPU sums establishments, not weights. Take --device cpu.");
  }

 private:
  template <class T>
  using Array = typename Machine::template Array<T>;

  template <class T, class Values>
  void send(Array<T>& array, const Values& values) {
    array.resize(values.size());
    machine_.to_device(array, values.data(), values.size());
  }

  /// Everything that depends on where the points are.
  void set_strips(const MergedPoints& points) {
    make_strips(points, plan_.cutoff_m, kStripsPerCutoff, {}, threads_, strips_);
    std::vector<DeviceGroup> groups;
    for (std::size_t s = 0; s < strips_.strips(); ++s) {
      for (std::size_t slot = strips_.begin[s]; slot < strips_.end[s]; slot += simt::kWarp) {
        groups.push_back({static_cast<std::uint32_t>(slot), static_cast<std::uint32_t>(s)});
      }
    }
    group_count_ = static_cast<std::uint32_t>(groups.size());
    send(groups_, groups);
    send(begin_, std::vector<std::uint32_t>(strips_.begin.begin(), strips_.begin.end()));
    send(end_, std::vector<std::uint32_t>(strips_.end.begin(), strips_.end.end()));
    send(location_, strips_.location);
    x_m_.resize(strips_.slots());
    y_m_.resize(strips_.slots());
    mass_.resize(strips_.slots());
    sums_.resize(strips_.slots());
    sum_per_m_.resize(points.size());
    within_.resize(1);
    // Until there are sums, their room is the coordinates' by location.
    machine_.to_device(sums_, points.x_m.data(), points.size());
    machine_.to_device(sum_per_m_, points.y_m.data(), points.size());
    machine_.launch(fill_slots, strips_.slots(), kDeviceBlock, device_strips(), sums_.data(), sum_per_m_.data());
  }

  /// Everything that depends on the plan alone.
  void set_plan() {
    const Recipe& recipe = plan_.recipe;
    const MeshShape& shape = plan_.shape;
    const auto number = [](std::size_t n) { return static_cast<std::uint32_t>(n); };
    const std::vector<double> polynomial =
        near_polynomial(settings_, plan_.cutoff_m, recipe.reach, kNearPolynomialShare * recipe.tolerance);
    set_near(polynomial);
    const MeshWindow window(recipe.width, recipe.shape, kWindowPolynomialShare * recipe.tolerance);
    window_width_ = window.width();
    window_degree_ = window.degree();
    send(window_, window.powers());

    constexpr std::size_t kStrideAligned = 8;  // complex numbers: a line of the cache
    const double highest = frequency_reach(settings_.rule, recipe.reach) / plan_.cutoff_m * shape.step_m;
    const std::size_t frequencies = frequencies_up_to(highest, shape.period_x);
    mesh_.rows = number(shape.rows);
    mesh_.columns = number(shape.columns);
    mesh_.pairs = number((shape.rows + 1) / 2);
    mesh_.period_x = number(shape.period_x);
    mesh_.period_y = number(shape.period_y);
    mesh_.frequencies = number(frequencies);
    mesh_.stride = number((frequencies + kStrideAligned - 1) / kStrideAligned * kStrideAligned);
    mesh_.per_step = 1 / shape.step_m;
    radices_x_ = fft_radices(shape.period_x);
    radices_y_ = fft_radices(shape.period_y);
    send(roots_x_, roots_of_unity(shape.period_x));
    send(roots_y_, roots_of_unity(shape.period_y));
    set_symbol(polynomial, window, highest);
    const std::size_t nodes = std::max(std::size_t(mesh_.pairs) * mesh_.period_x,  // of rows, and of their spectrum
                                       std::size_t(mesh_.period_y) * mesh_.stride);
    data_.resize(nodes);
    spare_.resize(nodes);
    own_ = Smooth(settings_, plan_.cutoff_m, polynomial)(0);
    if (plan_.exact_own) set_response();
  }

  /// As Mesh::set: samples and transforms the smooth part.
  void set_symbol(const std::vector<double>& polynomial, const MeshWindow& window, double highest) {
    const MeshShape& shape = plan_.shape;
    const StepDown fade(kFadeShare * plan_.recipe.reach);
    Array<double> weight_x, weight_y;
    const auto send_weights = [&](Array<double>& array, double from_m, std::size_t period) {
      std::vector<double> weights = fade_weights(fade, from_m, shape.step_m, period);
      weights.resize(period + 1, 0.0);
      send(array, weights);
    };
    send_weights(weight_x, shape.fade_from_x_m, shape.period_x);
    send_weights(weight_y, shape.fade_from_y_m, shape.period_y);
    DeviceSmooth smooth{};
    smooth.threshold_m = settings_.threshold_m;
    smooth.cutoff_m = plan_.cutoff_m;
    smooth.step_m = shape.step_m;
    smooth.weight_x = weight_x.data();
    smooth.weight_y = weight_y.data();
    smooth.powers = static_cast<int>(polynomial.size());
    std::copy(polynomial.begin(), polynomial.end(), smooth.power);

    const std::uint32_t row_pairs = mesh_.period_y / 4 + 1;
    const std::uint32_t frequency_pairs = (mesh_.frequencies + 1) / 2;
    const std::size_t rows = std::size_t(row_pairs) * mesh_.period_x;
    const std::size_t columns = std::size_t(mesh_.period_y) * frequency_pairs;
    const std::size_t frequencies_y = frequencies_up_to(highest, shape.period_y);
    Array<double> undo_x, undo_y;
    send(undo_x, window.undo_spreading(mesh_.frequencies, shape.period_x));
    send(undo_y, window.undo_spreading(frequencies_y, shape.period_y));
    symbol_stride_ = 2 * frequency_pairs;
    symbol_.resize((std::size_t(mesh_.period_y) / 2 + 1) * symbol_stride_);
    data_.resize(std::max(rows, columns));
    spare_.resize(std::max(rows, columns));
    DeviceComplex* data = data_.data();
    DeviceComplex* spare = spare_.data();
    with_rule(settings_.rule, [&](auto rule) {
      machine_.launch(sample<decltype(rule)::value>, rows, kDeviceBlock, mesh_, smooth, data);
    });
    run_fft<true>(machine_, data, spare, roots_x_.data(), radices_x_,
                  FftPass{mesh_.period_x, 1, row_pairs, 1, mesh_.period_x});
    machine_.launch(turn_samples, columns, kDeviceBlock, mesh_, frequency_pairs, data, spare);
    std::swap(data, spare);
    run_fft<false>(machine_, data, spare, roots_y_.data(), radices_y_,
                   FftPass{mesh_.period_y, 1, frequency_pairs, frequency_pairs, 1});
    machine_.launch(make_symbol, (std::size_t(mesh_.period_y) / 2 + 1) * frequency_pairs, kDeviceBlock, mesh_,
                    frequency_pairs, data, undo_x.data(), undo_y.data(), static_cast<std::uint32_t>(frequencies_y),
                    symbol_.data());
    machine_.wait();
  }

  /// As Mesh::response: what a unit mass at one node gives to those around, by the mesh itself.
  void set_response() {
    const auto width = static_cast<std::uint32_t>(window_width_);
    response_.resize(std::size_t(width) * width);
    DeviceComplex* data = data_.data();
    DeviceComplex* spare = spare_.data();
    machine_.launch(put_unit_mass, std::size_t(mesh_.pairs) * mesh_.period_x, kDeviceBlock, mesh_, data);
    convolve(data, spare);
    machine_.launch(take_response, std::size_t(width) * width, kDeviceBlock, mesh_, data, width, response_.data());
  }

  void set_near(const std::vector<double>& polynomial) {
    const double cutoff = plan_.cutoff_m;
    const bool product = near_is_product(settings_.rule);
    near_.threshold_m = settings_.threshold_m;
    near_.cutoff_m = cutoff;
    const double square = settings_.threshold_m * settings_.threshold_m;
    near_.surely_within = square * (1 - 2 * kWithinGreyZone);
    near_.surely_not = square * (1 + 2 * kWithinGreyZone);
    const double reach = cutoff * (1 + 1e-9);
    for (int away = 0; away <= kStripsPerCutoff; ++away) {
      const double dy = std::max(0, away - 1) * cutoff / kStripsPerCutoff;
      near_.reach_m[away] = std::sqrt(reach * reach - dy * dy);
    }
    near_.to_z = product ? 2 / cutoff : 2 / (cutoff * cutoff);
    near_.degree = static_cast<int>(polynomial.size()) - 1;
    for (int k = 0; k <= near_.degree; ++k) {
      near_.powers[k] = polynomial[static_cast<std::size_t>(near_.degree - k)] / (product ? 1 : cutoff);
    }
  }

  /// Masses to their slots, but those of dominant locations, which are returned, in the order of locations.
  std::vector<DeviceDominant> set_masses(std::span<const std::uint32_t> multiplicity) {
    double all = 0;
    for (const std::uint32_t m : multiplicity) all += m;
    std::vector<DeviceDominant> dominant;
    for (std::size_t p = 0; p < multiplicity.size(); ++p) {
      const double mass = multiplicity[p];
      if (mass > kDominantShare * all) {
        dominant.push_back({points_->x_m[p], points_->y_m[p], mass, static_cast<std::uint32_t>(p)});
      }
    }
    if (dominant.empty()) {
      send(mass_by_location_, multiplicity);
    } else {
      std::vector<std::uint32_t> others(multiplicity.begin(), multiplicity.end());
      for (const DeviceDominant& d : dominant) others[d.location] = 0;
      send(mass_by_location_, others);
    }
    send(dominant_, dominant);
    machine_.launch(fill_masses, strips_.slots(), kDeviceBlock, device_strips(), mass_by_location_.data());
    return dominant;
  }

  /// Masses at the nodes (data) become the sums there, conjugated.
  void convolve(DeviceComplex*& data, DeviceComplex*& spare) {
    const FftPass along_x{mesh_.period_x, 1, mesh_.pairs, 1, mesh_.period_x};
    const FftPass along_y{mesh_.period_y, 1, mesh_.frequencies, mesh_.stride, 1};
    const std::size_t spectrum = std::size_t(mesh_.period_y) * mesh_.stride;
    run_fft<true>(machine_, data, spare, roots_x_.data(), radices_x_, along_x);
    machine_.launch(part_rows, spectrum / 2, kDeviceBlock, mesh_, data, spare);
    std::swap(data, spare);
    run_fft<false>(machine_, data, spare, roots_y_.data(), radices_y_, along_y);
    machine_.launch(multiply, spectrum, kDeviceBlock, mesh_, symbol_.data(), symbol_stride_, data);
    run_fft<false>(machine_, data, spare, roots_y_.data(), radices_y_, along_y);
    machine_.launch(join_rows, std::size_t(mesh_.pairs) * mesh_.period_x, kDeviceBlock, mesh_, data, spare);
    std::swap(data, spare);
    run_fft<true>(machine_, data, spare, roots_x_.data(), radices_x_, along_x);
  }

  DeviceStrips device_strips() {
    return {begin_.data(),
            end_.data(),
            location_.data(),
            x_m_.data(),
            y_m_.data(),
            mass_.data(),
            static_cast<std::uint32_t>(strips_.strips()),
            static_cast<std::uint32_t>(strips_.slots()),
            strips_.x_origin_m,
            strips_.y_origin_m,
            strips_.height_m};
  }
  DeviceWindow device_window() { return {window_.data(), window_width_, window_degree_}; }

  Machine machine_;
  int threads_;
  const MergedPoints* points_ = nullptr;
  PairSettings settings_;
  Plan plan_;
  Strips strips_;

  // By strip, by slot and by location.
  Array<std::uint32_t> begin_, end_, location_;
  Array<DeviceGroup> groups_;
  std::uint32_t group_count_ = 0;
  Array<double> x_m_, y_m_, mass_, sums_, sum_per_m_;
  Array<std::uint32_t> mass_by_location_;
  Array<DeviceDominant> dominant_;
  Array<std::uint64_t> within_;

  // Of the plan.
  DeviceNear near_{};
  DeviceMesh mesh_{};
  int window_width_ = 0, window_degree_ = 0;
  std::uint32_t symbol_stride_ = 0;
  double own_ = 0;
  std::vector<int> radices_x_, radices_y_;
  Array<double> window_, symbol_, response_;
  Array<DeviceComplex> roots_x_, roots_y_, data_, spare_;
};

}  // namespace dscore::p3m
