#pragma once
// `dscore significance` in units of work: blocks of draws of one population, and the closed forms of one population.

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "host/p_values.h"
#include "host/population_scores.h"
#include "host/random_labelling.h"
#include "host/significance.h"
#include "host/significance_costs.h"
#include "host/work.h"

namespace dscore {

class SignificanceWork final : public Work {
 public:
  /// `input_identity`: of the register, a checksum. Throws Error where no population has a benchmark, or the machine
  /// cannot sum by the settings. The backend is borrowed.
  SignificanceWork(const Backend& backend, Register input, SignificanceSettings settings, std::string input_identity);
  ~SignificanceWork() override;

  std::string identity() const override;
  std::size_t units() const override { return units_.size(); }
  std::string name(std::size_t unit) const override;
  std::size_t group(std::size_t unit) const override { return units_[unit].population; }
  double predicted_s(std::size_t unit) const override;
  double predicted_start_s() const override { return costs().start_s; }
  double predicted_bytes() const override { return costs().bytes; }
  Bytes run(std::size_t unit, const std::function<void(double fraction)>& progress) override;
  void take(std::size_t unit, std::span<const std::byte> result) override;
  bool needed(std::size_t unit) const override;

  /// Of the draws of the population that was last worked at.
  LabellingTimes times() const { return labelling_ ? labelling_->times() : LabellingTimes{}; }

  /// When every unit that is needed was taken; once. Throws Error where one was not.
  Significance results();

 private:
  struct Unit {
    std::size_t population;
    std::uint32_t first = 0, last = 0;  ///< draws first .. last - 1, counted from 1; closed forms where there are none
  };
  struct Sector;

  void add_units(std::size_t population);
  void find_near_sectors();
  Proximities proximities_of(const Pool& pool) const;
  /// Predicted when first asked for.
  const SignificanceCosts& costs() const;
  /// Scores of all populations are computed when first asked for.
  const Scores& scores_of(std::size_t population, const Progress& progress = {});
  const Benchmark* benchmark_of(std::size_t population, const Progress& progress);
  RandomLabelling& labelling_of(std::size_t population, const Progress& progress = {});
  Sector& sector_of(std::size_t population);
  void set_observed(Sector& sector, std::vector<double> observed) const;
  void add_draws(Sector& sector, std::uint32_t first, std::span<const double> values);
  void add_draw(Sector& sector, std::uint32_t draw, std::span<const double> values);
  void describe(const Sector& sector, std::size_t population, Significance& results) const;
  MemberTests member_tests(std::size_t population) const;

  const Backend& backend_;
  SignificanceSettings settings_;
  std::string input_identity_;
  Register input_;
  std::vector<std::vector<std::uint32_t>> rows_;  ///< P
  std::vector<Scores> scores_;                    ///< P
  std::vector<std::size_t> tested_;               ///< populations
  std::vector<std::size_t> pool_size_;            ///< P; 0 where there are no tests
  std::vector<Unit> units_;
  std::vector<bool> taken_;
  mutable SignificanceCosts costs_;

  std::map<std::size_t, std::unique_ptr<Benchmark>> benchmarks_;
  std::size_t labelling_population_ = 0;
  std::unique_ptr<RandomLabelling> labelling_;  ///< of one population at a time

  // How near every location of the register is to the tested sectors; found when first needed.
  MergedPoints locations_;
  std::vector<std::vector<double>> near_;                ///< by sector and location: sums of f over the others, 1/m
  std::vector<std::vector<std::uint32_t>> at_location_;  ///< by sector and location: establishments

  std::map<std::size_t, std::unique_ptr<Sector>> sectors_;  ///< what was taken
};

}  // namespace dscore
