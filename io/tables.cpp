#include "io/tables.h"

#include <array>
#include <filesystem>
#include <memory>
#include <system_error>
#include <vector>

#include "io/csv_writer.h"
#include "io/provenance_json.h"
#include "io/text_output.h"
#include "kernels/error.h"

namespace dscore {
namespace {

// The fields of one row.
class Row {
 public:
  explicit Row(TextOutput& out) : out_(out), text_(out.buffer()) {}
  ~Row() = default;
  Row(const Row&) = delete;
  Row& operator=(const Row&) = delete;

  Row& field(std::string_view text) {
    separate();
    append_field(text_, text);
    return *this;
  }
  template <class Number>
  Row& number(Number value) {
    separate();
    append_number(text_, value);
    return *this;
  }
  /// Nothing if there is no value.
  Row& whole_or_empty(int value) {
    separate();
    if (value != 0) append_number(text_, static_cast<std::int64_t>(value));
    return *this;
  }
  void end() {
    text_ += '\n';
    out_.flush_if_full();
  }

 private:
  void separate() {
    if (!first_) text_ += ',';
    first_ = false;
  }
  TextOutput& out_;
  std::string& text_;
  bool first_ = true;
};

void write_populations(TextOutput& out, const Results& results) {
  out.buffer() +=
      "population,name,benchmark,establishments,locations,mean_d,median_d,max_d,p90,p95,share_above_p90,"
      "share_above_p95,pairs_within_threshold\n";
  const auto& populations = results.input.populations;
  for (std::size_t p = 0; p < populations.size(); ++p) {
    const auto& of = results.populations[p];
    const auto& benchmark = populations[p].benchmark;
    Row row(out);
    row.field(populations[p].name).field(populations[p].title).field(benchmark ? populations[*benchmark].name : "");
    row.number(of.establishments).number(of.locations);
    row.number(of.mean_d).number(of.median_d).number(of.max_d).number(of.p90).number(of.p95);
    row.number(of.share_above_p90).number(of.share_above_p95).number(of.pairs_within_threshold).end();
  }
}

void write_regions(TextOutput& out, const Results& results) {
  out.buffer() += "population,region,region_name,establishments,jobs,lq,mean_d,share_above_p90,share_above_p95,type\n";
  const auto& regions = results.input.regions;
  for (std::size_t p = 0; p < results.regions.size(); ++p) {
    for (std::size_t r = 0; r < regions.size(); ++r) {
      const auto& of = results.regions[p][r];
      Row row(out);
      row.field(results.input.populations[p].name).field(regions[r].code).field(regions[r].name);
      row.number(of.establishments).number(of.jobs).number(of.lq).number(of.mean_d);
      row.number(of.share_above_p90).number(of.share_above_p95).whole_or_empty(of.type).end();
    }
  }
}

void write_establishments(TextOutput& out, const Results& results) {
  out.buffer() += "population,establishment,x_m,y_m,region,jobs,d_score,decile,cluster\n";
  constexpr std::array<std::string_view, 3> kCluster{"", "strong", "very_strong"};
  const auto& input = results.input;
  for (std::size_t p = 0; p < results.members.size(); ++p) {
    const auto& of = results.members[p];
    for (std::size_t i = 0; i < of.row.size(); ++i) {
      const std::size_t e = of.row[i];
      Row row(out);
      row.field(input.populations[p].name).number(input.id[e]).number(input.x_m[e]).number(input.y_m[e]);
      row.field(input.regions[input.region[e]].code).number(input.jobs[e]).number(of.d_score[i]);
      row.whole_or_empty(of.decile[i]).field(kCluster.at(static_cast<std::size_t>(of.cluster[i]))).end();
    }
  }
}

}  // namespace

void export_tables(const Results& results, const std::string& directory, bool establishments) {
  std::error_code code;
  const bool made = std::filesystem::create_directory(directory, code);
  if (code) {
    throw Error(directory + ": cannot make this directory: " + code.message() +
                ". Make it first, or name another with -d.");
  }
  std::vector<std::unique_ptr<TextOutput>> files;
  try {
    const auto open = [&](const char* name) -> TextOutput& {
      const std::string path = (std::filesystem::path(directory) / name).string();
      return *files.emplace_back(std::make_unique<TextOutput>(path));
    };
    write_populations(open("populations.csv"), results);
    write_regions(open("regions.csv"), results);
    if (establishments) write_establishments(open("establishments.csv"), results);
    open("provenance.json").buffer() += to_json(results.provenance, &results.input.provenance);
    for (const auto& file : files) file->finish();
    for (const auto& file : files) file->commit();
  } catch (...) {
    files.clear();
    if (made) std::filesystem::remove(directory, code);  // only if empty
    throw;
  }
}

}  // namespace dscore
