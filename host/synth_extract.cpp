#include "host/synth_extract.h"

#include <algorithm>
#include <limits>
#include <map>
#include <span>
#include <tuple>
#include <utility>

#include "host/synth_random.h"
#include "host/synth_sbi.h"
#include "host/synth_towns.h"
#include "kernels/error.h"

namespace dscore {
namespace {

using synth::Random;
using synth::Town;

constexpr std::uint64_t kStream = 500;  // of random numbers, none of the model's
constexpr std::uint64_t kDigits = 9000, kLetters = 676;
constexpr std::uint64_t kUsualLetters = 52;  // postcodes of six characters to one of four

// Shares of rows that are added, one upon the other.
constexpr double kClosed = 0.03, kLater = kClosed + 0.01, kUnknown = kLater + 0.003, kBadCode = kUnknown + 0.001,
                 kRepeated = kBadCode + 0.002;

class Maker {
 public:
  Maker(const Register& population, std::uint64_t seed) : in_(population), random_(seed, kStream) {}

  Extract make() {
    make_municipalities();
    make_postcodes();
    next_id_ = in_.size() == 0 ? 1 : *std::max_element(in_.id.begin(), in_.id.end()) + 1;
    out_.establishments.reserve(in_.size() + in_.size() / 20);
    for (std::size_t i = 0; i < in_.size(); ++i) {
      out_.establishments.push_back(establishment(i));
      add_dirt();
    }
    make_jobs();
    return std::move(out_);
  }

 private:
  void make_municipalities() {
    const std::span<const Town> towns = synth::towns();
    for (std::size_t t = 0; t < towns.size(); ++t) {
      out_.municipalities.push_back({static_cast<std::uint32_t>(t + 1), towns[t].name, towns[t].region});
    }
  }

  std::uint32_t nearest_town(std::size_t region, double x, double y) const {
    const std::span<const Town> all = synth::towns(), towns = synth::towns_of(region);
    double best = std::numeric_limits<double>::infinity();
    std::size_t chosen = 0;
    for (std::size_t t = 0; t < towns.size(); ++t) {
      const double dx = towns[t].x_m - x, dy = towns[t].y_m - y;
      if (const double square = dx * dx + dy * dy; square < best) std::tie(best, chosen) = std::pair(square, t);
    }
    return static_cast<std::uint32_t>(&towns[chosen] - all.data() + 1);
  }

  void make_postcodes() {
    using Place = std::tuple<std::uint16_t, double, double>;
    std::vector<std::pair<Place, std::size_t>> order;
    order.reserve(in_.size());
    for (std::size_t i = 0; i < in_.size(); ++i) order.emplace_back(Place(in_.region[i], in_.x_m[i], in_.y_m[i]), i);
    std::sort(order.begin(), order.end());
    std::uint64_t places = 0;
    for (std::size_t k = 0; k < order.size(); ++k) places += k == 0 || order[k].first != order[k - 1].first ? 1 : 0;
    const std::uint64_t letters = std::max(kUsualLetters, (places + kDigits - 1) / kDigits);
    if (letters >= kLetters) {
      throw Error(std::to_string(places) + " places are more than there are postcodes. Give fewer with --places.");
    }
    unknown_ = static_cast<Postcode>((kDigits - 1) * (kLetters + 1) + kLetters);  // 9999ZZ
    postcode_.resize(in_.size());
    for (std::size_t k = 0; k < order.size(); ++k) {
      const auto& [region, x, y] = order[k].first;
      if (k == 0 || order[k].first != order[k - 1].first) {
        const std::uint64_t number = out_.postcodes.size();
        const auto code = static_cast<Postcode>(number / letters * (kLetters + 1) + number % letters + 1);
        out_.postcodes.push_back({code, x, y, nearest_town(region, x, y)});
      }
      postcode_[order[k].second] = static_cast<std::uint32_t>(out_.postcodes.size() - 1);
    }
  }

  RawEstablishment establishment(std::size_t i) {
    RawEstablishment row;
    row.id = in_.id[i];
    row.company = in_.company[i];
    const std::span<const std::string> codes = synth::codes_of(in_.membership[i]);
    row.sbi = codes[random_.below(codes.size())];
    if (random_.uniform() < 0.8) row.sbi.erase(2, 1);  // without the dot
    row.postcode = written(out_.postcodes[postcode_[i]].postcode);
    row.founded = *day_of(static_cast<int>(1970 + random_.below(42)), static_cast<int>(1 + random_.below(12)),
                          static_cast<int>(1 + random_.below(28)));
    if (random_.uniform() < 0.05) row.closed = day_in(2012);
    row.key = in_.jobs[i];
    return row;
  }

  Day day_in(int year) {
    return *day_of(year, static_cast<int>(1 + random_.below(12)), static_cast<int>(1 + random_.below(28)));
  }

  /// A postcode as people write it.
  std::string written(Postcode postcode) {
    std::string text = text_of_postcode(postcode);
    const double u = random_.uniform();
    if (u < 0.25) text.insert(text.begin() + 4, ' ');
    if (u < 0.05 || u > 0.95) {
      for (char& c : text) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    }
    return text;
  }

  /// Perhaps a row, after the last, that an import must leave out.
  void add_dirt() {
    const double u = random_.uniform();
    if (u >= kRepeated) return;
    RawEstablishment row = out_.establishments.back();
    if (u < kBadCode) {  // else the same once more
      row.id = next_id_++;
      row.company = row.id;
      if (random_.uniform() < 0.3) {
        lost_.push_back({row.company, static_cast<std::uint32_t>(1 + random_.below(out_.municipalities.size())), 1});
      }
    }
    if (u < kClosed) {
      row.closed = day_in(static_cast<int>(2002 + random_.below(10)));
      row.founded = day_in(static_cast<int>(1990 + random_.below(12)));
    } else if (u < kLater) {
      row.founded = day_in(2012);
      row.closed.reset();
    } else if (u < kUnknown) {
      row.postcode = written(unknown_);
    } else if (u < kBadCode) {
      row.sbi = std::string(random_.uniform() < 0.5 ? "" : "98.7X");
    }
    out_.establishments.push_back(std::move(row));
  }

  void make_jobs() {
    struct Sum {
      double jobs = 0;
      bool ones = true;  // every establishment has one job: what an import assumes where none are known
    };
    std::map<std::pair<std::int64_t, std::uint32_t>, Sum> sums;
    for (std::size_t i = 0; i < in_.size(); ++i) {
      Sum& sum = sums[{in_.company[i], out_.postcodes[postcode_[i]].municipality}];
      sum.jobs += in_.jobs[i];
      sum.ones = sum.ones && in_.jobs[i] == 1;
    }
    std::vector<RawJobs> second;
    for (const auto& [key, sum] : sums) {
      if (sum.ones && random_.uniform() < 0.5) continue;
      RawJobs row{key.first, key.second, sum.jobs};
      if (sum.jobs >= 2 && random_.uniform() < 0.02) {
        second.push_back({row.company, row.municipality, 1});
        row.jobs -= 1;
      }
      out_.jobs.push_back(row);
    }
    out_.jobs.insert(out_.jobs.end(), second.begin(), second.end());
    out_.jobs.insert(out_.jobs.end(), lost_.begin(), lost_.end());
  }

  const Register& in_;
  Random random_;
  Extract out_;
  std::vector<std::uint32_t> postcode_;  // of every establishment, index into out_.postcodes
  Postcode unknown_ = 0;
  std::int64_t next_id_ = 1;
  std::vector<RawJobs> lost_;  // jobs of companies that the import has no establishment of
};

}  // namespace

Extract make_extract(const Register& population, std::uint64_t seed) { return Maker(population, seed).make(); }

}  // namespace dscore
