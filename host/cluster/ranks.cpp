#include "host/cluster/ranks.h"

#include <chrono>
#include <thread>

#include "host/bytes.h"

namespace dscore {
namespace {

constexpr const char* kMessage = "a message between ranks";

int leave_as_first(Ranks& ranks, int code, double patience_s) {
  const Bytes end = ByteWriter().put(code).take();
  for (int r = 1; r < ranks.size(); ++r) ranks.send(r, MessageKind::end, end);
  const auto start = std::chrono::steady_clock::now();
  Pause pause;
  for (int left = ranks.size() - 1; left > 0;) {
    if (const auto message = ranks.poll()) {
      if (message->kind == MessageKind::bye) --left;
      continue;
    }
    const std::chrono::duration<double> waited = std::chrono::steady_clock::now() - start;
    if (waited.count() > patience_s) ranks.abort(code == 0 ? 1 : code);
    pause.wait();
  }
  return code;
}

int leave_as_other(Ranks& ranks, int code, const std::string& text) {
  if (!ranks.ended() && code != 0) {
    ranks.send(0, MessageKind::failed, ByteWriter().put(code).put(ranks.node()).put(text).take());
  }
  Pause pause;
  while (!ranks.ended()) {
    const auto message = ranks.poll();
    if (!message) {
      pause.wait();
    } else if (message->kind == MessageKind::end) {
      ranks.set_ended();
      if (code == 0) code = code_in(*message);
    }
  }
  ranks.send(0, MessageKind::bye, {});
  return code;
}

}  // namespace

RankFailed failure_in(const Message& message) {
  ByteReader bytes(message.bytes, kMessage);
  const auto code = bytes.get<int>();
  const std::string node = bytes.get_text();
  return {code, "rank " + std::to_string(message.from) + " on " + node + ": " + bytes.get_text()};
}

int code_in(const Message& message) { return ByteReader(message.bytes, kMessage).get<int>(); }

int leave_ranks(Ranks& ranks, int code, const std::string& text, double patience_s) {
  code = ranks.rank() == 0 ? leave_as_first(ranks, code, patience_s) : leave_as_other(ranks, code, text);
  ranks.finish();
  return code;
}

void Pause::wait() {
  std::this_thread::sleep_for(std::chrono::microseconds(us_));
  if (us_ < kLongestUs) us_ += us_ / 2;
}

}  // namespace dscore
