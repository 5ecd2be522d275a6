#pragma once
// A sensitivity analysis as work in units: all populations under many settings, each held against the baseline.

#include <memory>

#include "host/bytes.h"
#include "host/population_scores.h"
#include "host/sweep_plan.h"
#include "host/sweep_results.h"
#include "host/work.h"

namespace dscore {

class Sweep final : public Work {
 public:
  /// `input_identity`: what tells one register from another (a checksum). Throws Error where the register, or a
  /// setting, is not fit to be scored.
  Sweep(const Backend& backend, Register input, SweepPlan plan, std::string input_identity);
  ~Sweep() override;

  // A unit is a group of settings with the same scores; the first has the baseline. Behind them, the distance bands of
  // one population each.
  std::string identity() const override;
  std::size_t units() const override;
  std::string name(std::size_t unit) const override;
  double predicted_s(std::size_t unit) const override { return costs().unit_s[unit]; }
  double predicted_start_s() const override { return costs().start_s; }
  double predicted_bytes() const override { return costs().bytes; }
  Bytes run(std::size_t unit, const std::function<void(double fraction)>& progress) override;
  void take(std::size_t unit, std::span<const std::byte> result) override;

  /// After all units were taken.
  SweepResults results() &&;

 private:
  struct Baseline;
  struct Costs {
    std::vector<double> unit_s;
    double start_s = 0;
    double bytes = 0;
  };
  Bytes run_bands(std::size_t p, const std::function<void(double fraction)>& progress);
  void take_bands(std::size_t p, ByteReader& bytes);
  /// Scores of the baseline, which every comparison needs: computed when first asked for.
  const Baseline& baseline(const Progress& progress);
  /// Likewise.
  const Costs& costs() const;

  const Backend& backend_;
  Register input_;
  SweepPlan plan_;
  std::string input_identity_;
  std::vector<std::vector<std::size_t>> groups_;
  std::unique_ptr<Baseline> baseline_;
  mutable Costs costs_;
  SweepResults results_;
};

}  // namespace dscore
