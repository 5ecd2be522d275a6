#include "io/extract_files.h"

#include <algorithm>
#include <filesystem>
#include <memory>
#include <stdexcept>
#include <string_view>
#include <vector>

#include "host/synth_extract.h"
#include "host/synth_sbi.h"
#include "io/atomic_file.h"
#include "io/csv_writer.h"
#include "io/import_config.h"
#include "io/output_directory.h"
#include "io/stat_writer.h"

namespace dscore {
namespace {

std::string municipality_code(std::uint32_t number) {
  const std::string digits = std::to_string(number);
  return "GM" + std::string(4 - digits.size(), '0') + digits;
}

std::string compact(Day day) {  // 20111231
  std::string text = text_of(day);
  text.erase(7, 1);
  text.erase(4, 1);
  return text;
}

void write_establishments(AtomicFile& file, const Extract& extract) {
  std::string text = "LBE_ID;BE_ID;SBI2008;PC6;DATUM_OPRICHTING;DATUM_OPHEFFING;VERDEELSLEUTEL\n";
  for (const RawEstablishment& row : extract.establishments) {
    append_number(text, row.id);
    text += ';';
    append_number(text, row.company);
    text += ';';
    append_field(text, row.sbi, ';');
    text += ';';
    append_field(text, row.postcode, ';');
    text += ';' + compact(row.founded) + ';';
    if (row.closed) text += compact(*row.closed);
    text += ';';
    append_number(text, row.key);
    text += '\n';
    if (text.size() > (std::size_t{1} << 20)) {
      file.write(text);
      text.clear();
    }
  }
  file.write(text);
}

void write_establishments(AtomicFile& file, StatFormat format, const Extract& extract) {
  using Type = StatColumnSpec::Type;
  std::size_t sbi = 1, postcode = 1;
  for (const RawEstablishment& row : extract.establishments) {
    sbi = std::max(sbi, row.sbi.size());
    postcode = std::max(postcode, row.postcode.size());
  }
  const std::vector<StatColumnSpec> columns = {{"LBE_ID", "Establishment", Type::number, 0},
                                               {"BE_ID", "Company", Type::number, 0},
                                               {"SBI2008", "Activity", Type::text, sbi},
                                               {"PC6", "Postcode", Type::text, postcode},
                                               {"DATUM_OPRICHTING", "Founded", Type::date, 0},
                                               {"DATUM_OPHEFFING", "Closed", Type::date, 0},
                                               {"VERDEELSLEUTEL", "Distribution key", Type::number, 0}};
  write_stat_table(
      file.path(), format, columns, extract.establishments.size(),
      [&](std::size_t k, std::vector<StatValue>& values) {
        const RawEstablishment& row = extract.establishments[k];
        values[0] = static_cast<double>(row.id);
        values[1] = static_cast<double>(row.company);
        values[2] = row.sbi;
        values[3] = row.postcode;
        values[4] = row.founded;
        values[5] = row.closed ? StatValue(*row.closed) : StatValue();
        values[6] = row.key;
      },
      [&](std::string_view bytes) { file.write(bytes); });
}

std::string jobs_text(const Extract& extract) {
  std::string text = "BE_ID,GEMEENTE,BANEN\n";
  for (const RawJobs& row : extract.jobs) {
    append_number(text, row.company);
    text += ',' + municipality_code(row.municipality) + ',';
    append_number(text, row.jobs);
    text += '\n';
  }
  return text;
}

std::string postcodes_text(const Extract& extract) {
  std::string text = "pc6,rd_x,rd_y,gemeente_code\n";
  for (const RawPostcode& row : extract.postcodes) {
    text += text_of_postcode(row.postcode) + ',';
    append_number(text, row.x_m);
    text += ',';
    append_number(text, row.y_m);
    text += ',' + municipality_code(row.municipality) + '\n';
  }
  return text;
}

std::string municipalities_text(const Extract& extract, const Register& population) {
  std::string text = "gemeente_code,gemeente_name,corop_code\n";
  for (const RawMunicipality& row : extract.municipalities) {
    text += municipality_code(row.number) + ',';
    append_field(text, row.name);
    text += ',' + population.regions[row.region].code + '\n';
  }
  return text;
}

std::string regions_text(const Register& population) {
  std::string text = "corop_code,corop_name,landsdeel\n";
  for (const Region& region : population.regions) {
    text += region.code + ',';
    append_field(text, region.name);
    text += ',' + region.part + '\n';
  }
  return text;
}

/// What a population includes: the codes of its groups, but for the two benchmarks, which the note defines exactly.
std::string included(std::size_t population) {
  if (population == 0) return R"("10-32", "38.3")";
  if (population == 1) return R"("09", "33", "58-63", "69", "70-74", "80-82")";
  std::string list;
  for (const synth::CodeGroup& group : synth::code_groups()) {
    if ((group.membership >> population & 1U) == 0) continue;
    for (const std::string& code : group.codes) list += (list.empty() ? "\"" : ", \"") + code + "\"";
  }
  return list;
}

std::string definitions_text(const Register& population) {
  std::string text =
      "# Sector definitions of this synthetic extract: the codes were chosen so that the memberships of the synthetic\n"
      "# register follow from them exactly. They are no definition of any real sector.\n"
      "note = \"Synthetic: codes that reproduce the memberships of `dscore synth`.\"\n";
  for (std::size_t p = 0; p < population.populations.size(); ++p) {
    const Population& one = population.populations[p];
    text += "\n[[population]]\nname = \"" + one.name + "\"\ntitle = \"" + one.title + "\"\n";
    if (one.benchmark) text += "benchmark = \"" + population.populations[*one.benchmark].name + "\"\n";
    text += "include = [" + included(p) + "]\n";
  }
  return text;
}

/// A part of the example, which must be there, by another.
void change(std::string& text, std::string_view part, std::string_view by) {
  const std::size_t at = text.find(part);
  if (at == std::string::npos) throw std::logic_error("data/import_example.toml has no " + std::string(part));
  text.replace(at, part.size(), by);
}

/// The example of a configuration (data/import_example.toml), whose names of columns are those of the extract.
std::string configuration_text(std::string_view establishments) {
  std::string text = "# Synthetic extract: dscore import THIS_FILE -o population.h5\n\n[establishments]\nfile = \"";
  text.append(establishments).append("\"\n");
  if (establishments.ends_with(".csv")) text += "delimiter = \";\"\n";
  text += '\n';
  const std::string_view example = import_example();
  const std::size_t columns = example.find("[establishments.columns]");
  text += example.substr(columns, example.find("[report]") - columns);
  change(text, "file = \"jobs.sav\"", "file = \"jobs.csv\"");
  change(text, "# rounding = \"none\"                # or \"largest-remainder\": whole",
         "rounding = \"largest-remainder\"     # whole");
  return text;
}

}  // namespace

void write_extract(const Register& population, std::uint64_t seed, const std::string& directory) {
  MadeDirectories made(directory, "--as-extract");
  std::vector<std::unique_ptr<AtomicFile>> files;
  try {
    const Extract extract = make_extract(population, seed);
    const auto open = [&](const char* name) -> AtomicFile& {
      return *files.emplace_back(std::make_unique<AtomicFile>((std::filesystem::path(directory) / name).string()));
    };
    write_establishments(open("establishments.csv"), extract);
    if (can_write_stat_tables()) {
      write_establishments(open("establishments.sav"), StatFormat::sav, extract);
      write_establishments(open("establishments.dta"), StatFormat::dta, extract);
      open("import_sav.toml").write(configuration_text("establishments.sav"));
      open("import_dta.toml").write(configuration_text("establishments.dta"));
    }
    open("jobs.csv").write(jobs_text(extract));
    open("postcodes.csv").write(postcodes_text(extract));
    open("municipalities.csv").write(municipalities_text(extract, population));
    open("regions.csv").write(regions_text(population));
    open("sectors.toml").write(definitions_text(population));
    open("import.toml").write(configuration_text("establishments.csv"));
    for (const auto& file : files) file->commit();
  } catch (...) {
    files.clear();
    made.remove();
    throw;
  }
}

}  // namespace dscore
