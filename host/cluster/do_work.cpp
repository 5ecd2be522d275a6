#include "host/cluster/do_work.h"

#include <atomic>
#include <chrono>
#include <filesystem>
#include <memory>
#include <thread>

#include "host/bytes.h"
#include "host/cluster/unit_pool.h"
#include "io/checksum.h"

namespace dscore {
namespace {

constexpr int kSignals = 128;  // exit codes above are of signals

std::string of_units(std::uint64_t done, std::uint64_t all) {
  return std::to_string(done) + " of " + std::to_string(all) + " units";
}

JournalHeading heading_of(const Work& work, const WorkOptions& options) {
  return {work.identity() + "\nprogram: " + options.program, work.units(), options.shard, options.command,
          options.folder};
}

Bytes hash_of(const Work& work, const WorkOptions& options) {
  Sha256 sum;
  sum.add(heading_of(work, options).identity);
  return ByteWriter().put(sum.finish()).take();
}

bool is_regular_or_new(const std::string& path) {
  std::error_code none;
  return !std::filesystem::exists(path, none) || std::filesystem::is_regular_file(path, none);
}

void report_scan(const std::string& path, const JournalScan& scan, const WorkOptions& options) {
  if (scan.damaged()) {
    options.warn(path + ": damaged: " + std::to_string(scan.damaged_bytes) +
                 " bytes are not what was written. The units that stood there are done again.");
  } else if (scan.cut_bytes > 0) {
    options.note(path + ": its last unit was not written to the end, and is done again.");
  }
}

/// Makes the other ranks work, until all is done or something fails: what it throws ends up in the pool.
class Coordinator {
 public:
  Coordinator(Ranks& ranks, UnitPool& pool, Bytes identity)
      : ranks_(ranks),
        pool_(pool),
        identity_(std::move(identity)),
        idle_(static_cast<std::size_t>(ranks.size()), false),
        thread_([this] { serve(); }) {}
  ~Coordinator() {
    stopped_ = true;
    thread_.join();
  }
  Coordinator(const Coordinator&) = delete;
  Coordinator& operator=(const Coordinator&) = delete;

 private:
  void serve() {
    try {
      Pause pause;
      while (!stopped_) {
        bool busy = false;
        while (const auto message = ranks_.poll()) {
          receive(*message);
          busy = true;
        }
        hand_out();
        pool_.sync_if_due();
        if (busy) pause.reset();
        pause.wait();
      }
    } catch (...) {
      pool_.fail(std::current_exception());
    }
  }

  void receive(const Message& message) {
    if (message.kind == MessageKind::failed) throw failure_in(message);
    if (message.kind == MessageKind::ready) {
      if (message.bytes != identity_) {
        throw Error("rank " + std::to_string(message.from) +
                    ": has other work than rank 0. Let all ranks read the same input, with the same program.");
      }
    } else if (message.kind == MessageKind::result) {
      const std::span bytes(message.bytes);
      const auto unit = ByteReader(bytes.first(sizeof(std::uint64_t)), "a result").get<std::uint64_t>();
      pool_.add(unit, Bytes(bytes.begin() + sizeof unit, bytes.end()));
    }
    idle_[static_cast<std::size_t>(message.from)] = true;
  }

  void hand_out() {
    for (std::size_t r = 1; r < idle_.size(); ++r) {
      if (!idle_[r]) continue;
      const auto unit = pool_.next(r);
      if (!unit) return;
      ranks_.send(static_cast<int>(r), MessageKind::unit, ByteWriter().put(static_cast<std::uint64_t>(*unit)).take());
      idle_[r] = false;
    }
  }

  Ranks& ranks_;
  UnitPool& pool_;
  Bytes identity_;
  std::vector<bool> idle_;  // ranks that wait for a unit
  std::atomic<bool> stopped_{false};
  std::thread thread_;  // last: it uses the others
};

/// The units of this process, and of the other ranks, if there are any.
void work_all(Work& work, UnitPool& pool, const WorkOptions& options, const WorkProgress& progress) {
  std::unique_ptr<Coordinator> coordinator;
  if (options.ranks != nullptr) {
    coordinator = std::make_unique<Coordinator>(*options.ranks, pool, hash_of(work, options));
  }
  Pause pause;
  while (true) {
    pool.check();
    pool.collect();
    if (const auto unit = pool.next(0)) {
      const std::string name = work.name(*unit);
      const auto report = [&](double fraction) {
        pool.check();
        pool.sync_if_due();
        progress(name, pool.progress(unit, fraction));
      };
      report(0);
      pool.add(*unit, work.run(*unit, report));
      pause.reset();
    } else if (pool.finished()) {
      break;
    } else {
      progress("waiting for the other ranks", pool.progress({}, 0));
      pause.wait();
    }
  }
  pool.check();
}

/// The next message from rank 0: a unit; or none, when there is nothing more to do.
std::optional<std::size_t> unit_in(Ranks& ranks, const Message& message) {
  if (message.kind == MessageKind::unit) {
    return ByteReader(message.bytes, "a message between ranks").get<std::uint64_t>();
  }
  ranks.set_ended();
  const int code = code_in(message);
  if (code != 0) throw EndedElsewhere(code);
  return std::nullopt;
}

void work_for_first(Work& work, const WorkOptions& options, const WorkProgress& progress) {
  Ranks& ranks = *options.ranks;
  ranks.send(0, MessageKind::ready, hash_of(work, options));
  Pause pause;
  while (true) {
    const auto message = ranks.poll();
    if (!message) {
      progress("waiting for rank 0", 0);
      pause.wait();
      continue;
    }
    const auto unit = unit_in(ranks, *message);
    if (!unit) return;
    const std::string name = work.name(*unit);
    auto polled = std::chrono::steady_clock::now();
    const Bytes result = work.run(*unit, [&](double fraction) {
      progress(name, fraction);
      const auto now = std::chrono::steady_clock::now();
      if (now - polled < std::chrono::milliseconds(20)) return;
      polled = now;
      if (const auto order = ranks.poll()) unit_in(ranks, *order);  // only the end comes to a rank at work
    });
    ByteWriter bytes;
    bytes.put(static_cast<std::uint64_t>(*unit));
    Bytes answer = bytes.take();
    answer.insert(answer.end(), result.begin(), result.end());
    ranks.send(0, MessageKind::result, answer);
    pause.reset();
  }
}

void restore_shares(UnitPool& pool, const WorkOptions& options, JournalHeading heading) {
  check_shards(options.merge);
  for (const std::string& path : options.merge) {
    const JournalHeading there = read_heading(path);
    heading.shard = there.shard;
    const JournalScan scan =
        read_records(path, heading, [&](std::uint64_t unit, const Bytes& result) { pool.restore(unit, result); });
    if (!scan.other_work.empty()) {
      throw Error(
          path + ": is a share of other work than its call would do now: " + scan.other_work +
          ". The input, the plan, the settings or dscore have changed since: undo that, or make the shares again "
          "(repeat their calls with --restart).");
    }
    report_scan(path, scan, options);
  }
  pool.collect();
  if (const std::size_t waiting = pool.waiting(); waiting > 0) {
    options.warn(of_units(waiting, pool.units()) + " are in none of the shares, and are done now.");
  }
}

/// True where the share is there already, of this work and with all of its units: nothing is to be done.
bool share_is_there(const std::string& path, const WorkOptions& options, const JournalHeading& heading,
                    UnitPool& pool) {
  if (options.restart || !std::filesystem::exists(path)) return false;
  const std::string checkpoint = checkpoint_name(options.output, options.shard);
  const bool begun_anew = std::filesystem::exists(checkpoint);  // by --restart: that goes on, and replaces the share
  const JournalScan scan = read_records(path, heading, [&](std::uint64_t unit, const Bytes& result) {
    if (!begun_anew) pool.restore(unit, result);
  });
  refuse_foreign(path, scan);
  if (begun_anew) return false;
  if (!scan.damaged()) {
    pool.collect();  // where draws stop early, fewer units are all of them
    if (pool.waiting() == 0) {
      options.note(path + ": is complete already.");
      return true;
    }
  }
  std::filesystem::rename(path, checkpoint);  // what there is of it
  return false;
}

/// What the user is told when the work was stopped by a signal.
std::string stopped_text(const UnitPool& pool, const std::string& checkpoint) {
  return "interrupted: " + of_units(pool.done(), pool.units()) + " are finished, in " + checkpoint +
         ". The same command goes on from there";
}

void work_first(Work& work, const WorkOptions& options, const WorkProgress& progress,
                const std::function<void()>& write) {
  const bool several = options.ranks != nullptr && options.ranks->size() > 1;
  const bool shared_out = options.shard.count > 1;
  const std::string share = shard_name(options.output, options.shard);
  const JournalHeading heading = heading_of(work, options);
  UnitPool pool(work, options.shard, several);
  if (shared_out && share_is_there(share, options, heading, pool)) return;
  if (!options.merge.empty()) restore_shares(pool, options, heading);

  std::unique_ptr<Journal> journal;
  const std::string path = checkpoint_name(options.output, options.shard);
  if (shared_out || (options.checkpoint && options.merge.empty() && is_regular_or_new(options.output))) {
    journal = std::make_unique<Journal>(path, heading, options.restart, [&](std::uint64_t unit, const Bytes& result) {
      if (!pool.has(unit)) pool.restore(unit, result);
    });
    report_scan(path, journal->scan(), options);
    if (journal->records() > 0) {
      options.note(path + ": going on, " + of_units(pool.done(), pool.units()) + " are finished.");
    }
    pool.write_to(journal.get());
  }
  try {
    work_all(work, pool, options, progress);
  } catch (const Interrupted&) {
    if (!journal || journal->records() == 0) throw;
    journal->sync();
    throw Interrupted(stopped_text(pool, path));
  } catch (const RankFailed& failure) {
    if (!journal || journal->records() == 0 || failure.code <= kSignals) throw;
    journal->sync();
    throw RankFailed(failure.code, stopped_text(pool, path) + ".");
  }
  if (journal) journal->sync();
  if (shared_out) return journal->rename_to(share);
  write();
  if (journal) journal->remove();
}

}  // namespace

void do_work(Work& work, const WorkOptions& options, const WorkProgress& progress, const std::function<void()>& write) {
  if (options.ranks != nullptr && options.ranks->rank() != 0) return work_for_first(work, options, progress);
  work_first(work, options, progress, write);
}

}  // namespace dscore
