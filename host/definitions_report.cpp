#include "host/definitions_report.h"

#include <algorithm>
#include <array>
#include <iterator>
#include <string>
#include <utility>

namespace dscore {
namespace {

std::vector<std::int64_t> sorted(std::vector<std::int64_t> companies) {
  std::sort(companies.begin(), companies.end());
  companies.erase(std::unique(companies.begin(), companies.end()), companies.end());
  return companies;
}

std::vector<std::int64_t> common(const std::vector<std::int64_t>& a, const std::vector<std::int64_t>& b) {
  std::vector<std::int64_t> both;
  const auto sorted_a = sorted(a);
  const auto sorted_b = sorted(b);
  std::set_intersection(sorted_a.begin(), sorted_a.end(), sorted_b.begin(), sorted_b.end(), std::back_inserter(both));
  return both;
}

bool same(const SbiSelector& a, const SbiSelector& b) { return a.first == b.first && a.last == b.last; }

/// Whether the selectors before it and those after it that differ cover it too. Of twins only the later is found.
bool is_covered_by_others(const std::vector<SbiSelector>& selectors, std::size_t at) {
  SbiSet others;
  for (std::size_t i = 0; i < selectors.size(); ++i) {
    if (i < at || (i > at && !same(selectors[i], selectors[at]))) others |= covered_by(selectors[i]);
  }
  return (covered_by(selectors[at]) & ~others).none();
}

class Remarks {
 public:
  std::vector<DefinitionFault> of(const std::vector<Definition>& list) {
    for (population_ = 0; population_ < list.size(); ++population_) remark_on(list[population_]);
    return std::move(remarks_);
  }

 private:
  void add(const std::string& key, const std::string& text) { remarks_.push_back({population_, key, text}); }

  void remark_on(const Definition& one) {
    remark_on_include(one);
    remark_on_exclude(one);
    remark_on_fifth_digits(one);
    remark_on_renumbered(one);
    const std::size_t twice = one.companies.size() - sorted(one.companies).size();
    if (twice > 0) add("companies", std::to_string(twice) + " named more than once.");
  }

  void remark_on_include(const Definition& one) {
    for (std::size_t i = 0; i < one.include.size(); ++i) {
      if (is_covered_by_others(one.include, i)) add("include", one.include[i].text() + " is covered by the others.");
    }
  }

  void remark_on_exclude(const Definition& one) {
    SbiSet included;
    for (const SbiSelector& selector : one.include) included |= covered_by(selector);
    for (std::size_t i = 0; i < one.exclude.size(); ++i) {
      const std::string text = one.exclude[i].text();
      if ((covered_by(one.exclude[i]) & included).none()) {
        add("exclude", text + " takes nothing away.");
      } else if (is_covered_by_others(one.exclude, i)) {
        add("exclude", text + " is covered by the others.");
      }
    }
  }

  void remark_on_fifth_digits(const Definition& one) {
    std::vector<SbiSelector> unchecked;
    for (const auto* selectors : {&one.include, &one.exclude}) {
      std::copy_if(selectors->begin(), selectors->end(), std::back_inserter(unchecked),
                   [](const SbiSelector& one_of) { return one_of.first.digits() > SbiCode::kClassDigits; });
    }
    if (!unchecked.empty()) add("", "fifth digits are not in the list and so not checked: " + text_of(unchecked) + ".");
  }

  void remark_on_renumbered(const Definition& one) {
    constexpr std::array<std::pair<SbiCode, SbiCode>, 2> renumbered = {
        {{SbiCode(6321, 4), SbiCode(6391, 4)}, {SbiCode(6329, 4), SbiCode(6399, 4)}}};
    const SbiSet set = covered_by(one);
    for (const auto& [before, since] : renumbered) {
      const bool has_before = (set & covered_by(SbiSelector{before, before})).any();
      const bool has_since = (set & covered_by(SbiSelector{since, since})).any();
      if (has_before == has_since) continue;
      add("", "only one of " + before.text() + " (registers of before 2014) and " + since.text() +
                  " (since then) is covered.");
    }
  }

  std::size_t population_ = 0;
  std::vector<DefinitionFault> remarks_;
};

}  // namespace

std::vector<Overlap> overlaps_of(const std::vector<Definition>& list) {
  std::vector<SbiSet> sets;
  sets.reserve(list.size());
  for (const Definition& one : list) sets.push_back(covered_by(one));
  std::vector<Overlap> overlaps;
  for (std::size_t a = 0; a < list.size(); ++a) {
    for (std::size_t b = a + 1; b < list.size(); ++b) {
      const SbiSet both = sets[a] & sets[b];
      auto companies = common(list[a].companies, list[b].companies);
      if (both.none() && companies.empty()) continue;
      overlaps.push_back({a, b, both, std::move(companies), both == sets[a], both == sets[b]});
    }
  }
  return overlaps;
}

SbiSet uncovered_by(const std::vector<Definition>& list) {
  SbiSet set = whole_sbi();
  for (const Definition& one : list) set &= ~covered_by(one);
  return set;
}

std::vector<DefinitionFault> remarks_on(const std::vector<Definition>& list) { return Remarks().of(list); }

}  // namespace dscore
