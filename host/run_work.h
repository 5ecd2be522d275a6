#pragma once
// The scores of `dscore run` in units of work, a population each: for several processes.

#include <optional>
#include <string>
#include <vector>

#include "host/run.h"
#include "host/work.h"
#include "kernels/stopwatch.h"

namespace dscore {

class RunWork final : public Work {
 public:
  /// Merges and plans all populations, as run() does. `input_identity`: what tells one register from another (a
  /// checksum). The backend is borrowed.
  RunWork(const Backend& backend, Register input, const Settings& settings, std::string input_identity);

  std::string identity() const override;
  std::size_t units() const override { return rows_.size(); }
  std::string name(std::size_t unit) const override { return "scoring " + input_.populations[unit].name; }
  double predicted_s(std::size_t unit) const override { return predicted_s_[unit]; }
  double predicted_start_s() const override { return predicted_start_s_; }  // of rank 0: tables
  double predicted_bytes() const override { return predicted_bytes_; }
  Bytes run(std::size_t unit, const std::function<void(double fraction)>& progress) override;
  void take(std::size_t unit, std::span<const std::byte> result) override;

  /// What run() returns, but for run times. After all units were taken.
  Results results() &&;

 private:
  Stopwatch total_;
  const Backend& backend_;
  Settings settings_;
  std::string input_identity_;
  Register input_;
  std::vector<std::vector<std::uint32_t>> rows_;  ///< P
  Summation summation_;
  Scoring scoring_;
  std::vector<double> predicted_s_;
  double predicted_start_s_ = 0;
  double predicted_bytes_ = 0;
  double merge_s_ = 0;
  Stopwatch pairs_;
  std::vector<Scores> scores_;  ///< P
};

}  // namespace dscore
