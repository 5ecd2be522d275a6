#include "host/cluster/unit_pool.h"

#include <algorithm>

#include "kernels/error.h"

namespace dscore {

UnitPool::UnitPool(Work& work, Shard shard, bool longest_first)
    : work_(work), predicted_s_(work.units()), state_(work.units(), State::not_needed) {
  for (std::size_t unit = shard.index - 1; unit < work.units(); unit += shard.count) {
    order_.push_back(unit);
    predicted_s_[unit] = std::max(0.0, work.predicted_s(unit));
    total_s_ += predicted_s_[unit];
    state_[unit] = State::waiting;
  }
  if (!longest_first) return;
  std::stable_sort(order_.begin(), order_.end(),
                   [&](std::size_t a, std::size_t b) { return predicted_s_[a] > predicted_s_[b]; });
}

void UnitPool::settle(std::size_t unit, State state) {
  if (state_[unit] == State::under_way) --under_way_;
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

std::optional<std::size_t> UnitPool::next() {
  const std::lock_guard guard(lock_);
  while (next_ < order_.size() && state_[order_[next_]] != State::waiting) ++next_;
  if (next_ == order_.size()) return std::nullopt;
  const std::size_t unit = order_[next_++];
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
  for (std::size_t k = next_; k < order_.size(); ++k) {
    if (state_[order_[k]] == State::waiting && !work_.needed(order_[k])) settle(order_[k], State::not_needed);
  }
}

bool UnitPool::finished() const {
  const std::lock_guard guard(lock_);
  return under_way_ == 0 && next_ == order_.size() && came_.empty();
}

std::size_t UnitPool::done() const {
  const std::lock_guard guard(lock_);
  return done_;
}

std::size_t UnitPool::waiting() const {
  const std::lock_guard guard(lock_);
  return static_cast<std::size_t>(std::count(state_.begin(), state_.end(), State::waiting));
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
