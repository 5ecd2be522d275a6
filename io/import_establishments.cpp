#include "io/import_establishments.h"

#include <cmath>
#include <limits>

#include "host/sbi.h"
#include "io/check.h"
#include "kernels/error.h"

namespace dscore {
namespace {

// Why a row is dropped, and the cell that tells.
struct Refusal {
  Reason reason;
  const Cell* cell;
};

class Reader {
 public:
  Reader(ImportTable& table, const ImportConfig& config, const ImportLookups& lookups)
      : table_(table), config_(config), lookups_(lookups) {
    const auto column = [&](const char* ours) { return table.column(ours); };
    id_ = column("id");
    company_ = column("company");
    sbi_ = column("sbi");
    postcode_ = column("postcode");
    x_ = column(config.location == LocationBy::lonlat ? "longitude" : "x");
    y_ = column(config.location == LocationBy::lonlat ? "latitude" : "y");
    municipality_ = column("municipality");
    region_ = column("region");
    founded_ = column("founded");
    closed_ = column("closed");
    key_ = column("key");
    jobs_ = column("jobs");
    if (config.sbi_width == 0 && !table.may_hold_text("sbi")) {
      throw Error(table.name() + ": the column of the SBI codes holds numbers, which have no leading zeros. Say in " +
                  config.name + " how many digits every code has: establishments.sbi_width = 4, or 5.");
    }
  }

  void visit(std::uint64_t row, std::span<const Cell> cells) {
    row_ = row;
    cells_ = cells;
    if (const auto refusal = add()) drop(table_.report, refusal->reason, row, *refusal->cell);
  }

  ImportColumns columns;

 private:
  using Refused = std::optional<Refusal>;

  // Appends the row, or says why not; then nothing was appended.
  Refused add() {
    std::int64_t id = 0;
    if (!whole_number(id_.in(cells_), id)) return Refusal{Reason::bad_id, &id_.in(cells_)};
    if (const Refused refused = select()) return refused;
    if (const Refused refused = read_sbi()) return refused;
    if (const Refused refused = locate()) return refused;
    read_company();

    columns.id.push_back(id);
    columns.x_m.push_back(x_m_);
    columns.y_m.push_back(y_m_);
    columns.municipality.push_back(municipality_number_);
    columns.region.push_back(region_number_);
    columns.membership.push_back(lookups_.definitions.membership(
        code_, known_company_ == ImportColumns::kNoCompany ? std::nullopt : std::optional(known_company_)));
    columns.row.push_back(row_);
    if (company_.mapped()) columns.company.push_back(known_company_);
    if (key_.mapped()) columns.key.push_back(read_key());
    if (jobs_.mapped()) columns.jobs.push_back(read_jobs());
    return std::nullopt;
  }

  Refused select() {
    if (!config_.date) return std::nullopt;
    const Cell& founded = founded_.in(cells_);
    const Cell& closed = closed_.in(cells_);
    const bool founded_known = !table_.is_missing(founded);
    if (founded_known) {
      const auto day = day_of(founded, config_.date_patterns);
      if (!day) return Refusal{Reason::bad_date, &founded};
      if (*day > *config_.date) return Refusal{Reason::outside_date, &founded};
    }
    if (!table_.is_missing(closed)) {
      const auto day = day_of(closed, config_.date_patterns);
      if (!day) return Refusal{Reason::bad_date, &closed};
      const bool active = config_.closing_day_is_active ? *day >= *config_.date : *day > *config_.date;
      if (!active) return Refusal{Reason::outside_date, &closed};
    }
    missing_founded_ = founded_.mapped() && !founded_known;
    return std::nullopt;
  }

  Refused read_sbi() {
    const Cell& cell = sbi_.in(cells_);
    code_ = parse_sbi(text_of(cell, scratch_), config_.sbi_width);
    if (!code_ && !config_.keep_bad_sbi) return Refusal{Reason::bad_sbi, &cell};
    return std::nullopt;
  }

  Refused locate() {
    const Place* place = nullptr;
    if (postcode_.mapped()) {
      const Cell& cell = postcode_.in(cells_);
      if (table_.is_missing(cell)) return Refusal{Reason::missing_postcode, &cell};
      const auto postcode = parse_postcode(text_of(cell, scratch_), config_.level);
      if (!postcode) return Refusal{Reason::bad_postcode, &cell};
      place = lookups_.postcodes.find(*postcode);
      if (place == nullptr) return Refusal{Reason::unknown_postcode, &cell};
      x_m_ = place->x_m;
      y_m_ = place->y_m;
    }
    if (config_.location != LocationBy::postcode) {
      if (!table_.number(x_.in(cells_), x_m_)) return Refusal{Reason::bad_coordinates, &x_.in(cells_)};
      if (!table_.number(y_.in(cells_), y_m_)) return Refusal{Reason::bad_coordinates, &y_.in(cells_)};
      if (config_.location == LocationBy::rd && !in_box(x_m_, y_m_)) {
        return Refusal{Reason::outside_country, &x_.in(cells_)};
      }
    }
    return find_region(place);
  }

  Refused find_region(const Place* place) {
    municipality_number_ = kNoMunicipality;
    const Cell& own = municipality_.in(cells_);
    if (municipality_.mapped()) {
      if (!table_.is_missing(own)) municipality_number_ = lookups_.regions.municipality(text_of(own, scratch_));
    } else if (place != nullptr) {
      municipality_number_ = place->municipality;
    }
    if (region_.mapped()) {
      const Cell& cell = region_.in(cells_);
      if (table_.is_missing(cell)) return Refusal{Reason::missing_region, &cell};
      region_number_ = lookups_.regions.region(text_of(cell, scratch_));
      if (region_number_ == RegionTables::kNone) return Refusal{Reason::unknown_region, &cell};
      return std::nullopt;
    }
    if (config_.region_of_postcode()) {
      region_number_ = place->region;
      if (region_number_ == RegionTables::kNone) return Refusal{Reason::missing_region, &postcode_.in(cells_)};
      return std::nullopt;
    }
    const Cell& cell = municipality_.mapped() ? own : postcode_.in(cells_);
    if (municipality_number_ == kNoMunicipality) return Refusal{Reason::missing_municipality, &cell};
    region_number_ = lookups_.regions.region_of(municipality_number_);
    if (region_number_ == RegionTables::kNone) return Refusal{Reason::municipality_without_region, &cell};
    return std::nullopt;
  }

  // From here on the row is kept, and what is wrong is noted.

  void read_company() {
    TableReport& report = table_.report;
    if (missing_founded_) note(report, Reason::missing_founded, row_, founded_.in(cells_));
    missing_founded_ = false;
    if (!code_) note(report, Reason::bad_sbi, row_, sbi_.in(cells_));
    known_company_ = ImportColumns::kNoCompany;
    if (!company_.mapped()) return;
    const Cell& cell = company_.in(cells_);
    std::int64_t company = 0;
    if (!table_.is_missing(cell) && whole_number(cell, company) && company >= 0) {
      known_company_ = company;
    } else {
      note(report, Reason::bad_company, row_, cell);
    }
  }

  double read_key() {
    double key = 0;
    const Cell& cell = key_.in(cells_);
    const bool good = !table_.is_missing(cell) && table_.number(cell, key) && key >= 0;
    return good ? key : std::numeric_limits<double>::quiet_NaN();
  }

  double read_jobs() {
    double jobs = 0;
    const Cell& cell = jobs_.in(cells_);
    if (!table_.is_missing(cell) && table_.number(cell, jobs)) {
      if (jobs >= 0 && jobs <= kMostJobs) return jobs;
      note(table_.report, jobs < 0 ? Reason::negative_jobs : Reason::bad_jobs, row_, cell);
    } else {
      note(table_.report, Reason::bad_jobs, row_, cell);
    }
    return config_.jobs_settings.unmatched;
  }

  ImportTable& table_;
  const ImportConfig& config_;
  ImportLookups lookups_;
  ImportTable::Column id_, company_, sbi_, postcode_, x_, y_, municipality_, region_, founded_, closed_, key_, jobs_;

  // Of the row at hand.
  std::uint64_t row_ = 0;
  std::span<const Cell> cells_;
  std::string scratch_;
  std::optional<SbiCode> code_;
  bool missing_founded_ = false;
  std::int64_t known_company_ = ImportColumns::kNoCompany;
  double x_m_ = 0;
  double y_m_ = 0;
  std::uint32_t municipality_number_ = kNoMunicipality;
  std::uint32_t region_number_ = RegionTables::kNone;
};

}  // namespace

ImportColumns read_establishments(ImportTable& table, const ImportConfig& config, const ImportLookups& lookups,
                                  const ImportProgress& progress) {
  Reader reader(table, config, lookups);
  table.read([&](std::uint64_t row, std::span<const Cell> cells) { reader.visit(row, cells); }, progress);
  return std::move(reader.columns);
}

}  // namespace dscore
