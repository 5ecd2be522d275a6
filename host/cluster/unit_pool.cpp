#include "host/cluster/unit_pool.h"

#include <algorithm>
#include <map>

#include "kernels/error.h"

namespace dscore {

UnitPool::UnitPool(Work& work, Shard shard, bool longest_first)
    : work_(work), group_of_(work.units()), predicted_s_(work.units()), state_(work.units(), State::not_needed) {
  std::map<std::size_t, std::size_t> index;
  for (std::size_t unit = shard.index - 1; unit < work.units(); unit += shard.count) {
    units_.push_back(unit);
    predicted_s_[unit] = std::max(0.0, work.predicted_s(unit));
    total_s_ += predicted_s_[unit];
    state_[unit] = State::waiting;
    group_of_[unit] = index.try_emplace(work.group(unit), groups_.size()).first->second;
    if (group_of_[unit] == groups_.size()) groups_.emplace_back();
    groups_[group_of_[unit]].units.push_back(unit);
    groups_[group_of_[unit]].left_s += predicted_s_[unit];
  }
  waiting_ = units_.size();
  if (!longest_first) return;
  std::stable_sort(groups_.begin(), groups_.end(), [](const Group& a, const Group& b) { return a.left_s > b.left_s; });
  for (std::size_t g = 0; g < groups_.size(); ++g) {
    auto& units = groups_[g].units;
    std::stable_sort(units.begin(), units.end(),
                     [&](std::size_t a, std::size_t b) { return predicted_s_[a] > predicted_s_[b]; });
    for (const std::size_t unit : units) group_of_[unit] = g;
  }
}

void UnitPool::leave_waiting(std::size_t unit) {
  --waiting_;
  groups_[group_of_[unit]].left_s -= predicted_s_[unit];
}

void UnitPool::settle(std::size_t unit, State state) {
  if (state_[unit] == State::under_way) --under_way_;
  if (state_[unit] == State::waiting) leave_waiting(unit);
  state_[unit] = state;
  done_s_ += predicted_s_[unit];
  if (state == State::finished) ++done_;
}

void UnitPool::restore(std::size_t unit, const Bytes& result) {
  const std::lock_guard guard(lock_);
  if (unit >= state_.size() || state_[unit] != State::waiting) {
    throw Error("unit " + std::to_string(unit) + " is none of this work, or is there twice.");
  }
  work_.take(unit, result);
  settle(unit, State::finished);
}

bool UnitPool::has(std::size_t unit) const {
  const std::lock_guard guard(lock_);
  return unit < state_.size() && state_[unit] == State::finished;
}

bool UnitPool::has_more(Group& group) const {
  while (group.next < group.units.size() && state_[group.units[group.next]] != State::waiting) ++group.next;
  return group.next < group.units.size();
}

std::optional<std::size_t> UnitPool::group_for(std::size_t process) {
  if (at_.size() <= process) at_.resize(process + 1);
  if (at_[process] && has_more(groups_[*at_[process]])) return at_[process];
  while (first_group_ < groups_.size() && !has_more(groups_[first_group_])) ++first_group_;
  std::optional<std::size_t> most;
  for (std::size_t g = first_group_; g < groups_.size(); ++g) {
    if (!has_more(groups_[g])) continue;
    if (groups_[g].processes == 0) return g;
    if (!most || groups_[g].left_s > groups_[*most].left_s) most = g;
  }
  return most;
}

std::optional<std::size_t> UnitPool::next(std::size_t process) {
  const std::lock_guard guard(lock_);
  const std::optional<std::size_t> chosen = group_for(process);
  if (at_[process] && at_[process] != chosen) --groups_[*at_[process]].processes;
  if (chosen && at_[process] != chosen) ++groups_[*chosen].processes;
  at_[process] = chosen;
  if (!chosen) return std::nullopt;
  Group& group = groups_[*chosen];
  const std::size_t unit = group.units[group.next++];
  leave_waiting(unit);
  state_[unit] = State::under_way;
  ++under_way_;
  return unit;
}

void UnitPool::add(std::size_t unit, Bytes result) {
  const std::lock_guard guard(lock_);
  if (unit >= state_.size() || state_[unit] != State::under_way) {
    throw Error("unit " + std::to_string(unit) + " was not under way, but its result came.");
  }
  if (journal_ != nullptr) {
    journal_->append(unit, result);
    journal_->sync_if_due();
  }
  settle(unit, State::finished);
  came_.emplace_back(unit, std::move(result));
}

void UnitPool::collect() {
  std::vector<std::pair<std::size_t, Bytes>> came;
  {
    const std::lock_guard guard(lock_);
    if (came_.empty() && asked_) return;
    came.swap(came_);
    asked_ = true;
  }
  for (const auto& [unit, result] : came) work_.take(unit, result);  // may take its time: without the lock
  const std::lock_guard guard(lock_);
  if (waiting_ == 0) return;
  for (const std::size_t unit : units_) {
    if (state_[unit] == State::waiting && !work_.needed(unit)) settle(unit, State::not_needed);
  }
}

bool UnitPool::finished() const {
  const std::lock_guard guard(lock_);
  return under_way_ == 0 && waiting_ == 0 && came_.empty();
}

std::size_t UnitPool::done() const {
  const std::lock_guard guard(lock_);
  return done_;
}

std::size_t UnitPool::waiting() const {
  const std::lock_guard guard(lock_);
  return waiting_;
}

double UnitPool::progress(std::optional<std::size_t> in_hand, double fraction) const {
  const std::lock_guard guard(lock_);
  const double s = done_s_ + (in_hand ? fraction * predicted_s_[*in_hand] : 0);
  return total_s_ > 0 ? std::min(1.0, s / total_s_) : 1;
}

void UnitPool::sync_if_due() {
  const std::lock_guard guard(lock_);
  if (journal_ != nullptr) journal_->sync_if_due();
}

void UnitPool::fail(std::exception_ptr fault) {
  const std::lock_guard guard(lock_);
  if (!fault_) fault_ = std::move(fault);
}

void UnitPool::check() const {
  const std::lock_guard guard(lock_);
  if (fault_) std::rethrow_exception(fault_);
}

}  // namespace dscore
