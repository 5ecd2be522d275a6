// dscore sectors: what sector definitions cover, and what is wrong with them.

#include <unistd.h>

#include <iostream>
#include <memory>
#include <string>
#include <vector>

#include "host/cli/command.h"
#include "host/cli/paths.h"
#include "host/cli/text.h"
#include "host/cli/validators.h"
#include "host/definitions_report.h"
#include "io/csv_writer.h"
#include "io/definitions_file.h"
#include "kernels/error.h"

namespace dscore::cli {
namespace {

constexpr const char* kFooter =
    R"(FILE defines populations by codes of SBI 2008 and by companies, in TOML; `dscore sectors --example` prints one with
comments. For every population the report has the codes it covers and its remarks, then the codes that populations
share and those that none has. Every problem of a file is a line on standard output, with its place; the exit code is
then 1.

Examples:
  dscore sectors --example > sectors.toml             # the populations of the note of 2012, to start from
  dscore sectors sectors.toml
  dscore sectors sectors.toml --codes | less          # every class with its title
  dscore sectors sectors.toml --csv > classes.csv     # the same as a table: population, code, title
  dscore sectors --list | grep -i ship                # find a code)";

struct Flags {
  std::string path;
  bool codes = false;
  bool csv = false;
  bool example = false;
  bool list = false;
};

/// A covered class with its title; where only a part of it is covered, that part's five-digit codes.
struct Row {
  SbiCode code;
  std::string_view title;
};

std::vector<Row> rows_of(const SbiSet& set) {
  std::vector<Row> rows;
  for (const SbiEntry& entry : sbi_list()) {
    if (entry.code.digits() != SbiCode::kClassDigits) continue;
    const SbiSet part = set & covered_by(SbiSelector{entry.code, entry.code});
    if (part.count() == 10) {
      rows.push_back({entry.code, entry.title});
      continue;
    }
    for (std::uint32_t number = 10 * entry.code.number(); number < 10 * entry.code.number() + 10; ++number) {
      if (part[number]) rows.push_back({SbiCode(number, SbiCode::kMostDigits), entry.title});
    }
  }
  return rows;
}

/// Words in lines of at most 100 characters; the first line begins with `head`, the others with as many blanks.
std::string wrapped(const std::string& head, const std::string& words) {
  constexpr std::size_t kWidth = 100;
  std::string text;
  std::string line = head;
  for (std::size_t begin = 0; begin < words.size();) {
    const std::size_t end = std::min(words.find(' ', begin), words.size());
    if (line.size() + end - begin > kWidth && line.size() > head.size()) {
      text += line.substr(0, line.size() - 1) + '\n';
      line.assign(head.size(), ' ');
    }
    line.append(words, begin, end - begin).append(1, ' ');
    begin = end + 1;
  }
  return text + line.substr(0, line.find_last_not_of(' ') + 1) + '\n';
}

std::string counted(std::size_t count, const std::string& one, const std::string& many) {
  return grouped(count) + ' ' + (count == 1 ? one : many);
}

std::string summary_of(const SbiSet& set) {
  if (set.none()) return "nothing";
  return text_of(compact(set)) + " (" + counted(classes_in(set), "class", "classes") + ")";
}

void print(const Definition& one, bool codes) {
  std::cout << '\n' << one.name << (one.title.empty() ? "" : "  ") << one.title << '\n';
  if (!one.note.empty()) std::cout << wrapped("  note       ", one.note);
  if (!one.benchmark.empty()) std::cout << "  benchmark  " << one.benchmark << '\n';
  for (const std::string& name : one.subset_of) std::cout << "  subset of  " << name << " (holds)\n";
  const SbiSet set = covered_by(one);
  std::cout << wrapped("  covers     ", summary_of(set));
  if (codes) {
    std::vector<std::vector<std::string>> lines;
    for (const Row& row : rows_of(set)) lines.push_back({"            ", row.code.text(), std::string(row.title)});
    std::cout << aligned(lines, 3);
  }
  if (!one.companies.empty()) std::cout << "  companies  " << grouped(one.companies.size()) << '\n';
}

void print(const Overlap& overlap, const std::vector<Definition>& list) {
  const std::string& first = list[overlap.first].name;
  const std::string& second = list[overlap.second].name;
  std::string what;
  if (overlap.codes.any()) {
    if (overlap.holds_first && overlap.holds_second) {
      what = "the same codes";
    } else if (overlap.holds_first || overlap.holds_second) {
      what = "all codes of " + (overlap.holds_first ? first : second);
    } else {
      what = summary_of(overlap.codes);
    }
  }
  if (!overlap.companies.empty()) {
    what += (what.empty() ? "" : ", ") + counted(overlap.companies.size(), "company", "companies");
  }
  std::cout << wrapped("  " + first + ", " + second + ": ", what);
}

void print_report(const std::string& path, const Definitions& definitions, bool codes) {
  const std::vector<Definition>& list = definitions.list();
  std::cout << path << ": " << counted(list.size(), "population", "populations") << '\n';
  if (!definitions.note().empty()) std::cout << wrapped("", definitions.note());
  const auto remarks = remarks_on(list);
  for (std::size_t p = 0; p < list.size(); ++p) {
    print(list[p], codes);
    for (const DefinitionFault& remark : remarks) {
      if (remark.population != p) continue;
      std::cout << wrapped("  remark     ", (remark.key.empty() ? "" : remark.key + ": ") + remark.text);
    }
  }
  std::cout << "\nShared codes\n";
  const auto overlaps = overlaps_of(list);
  for (const Overlap& overlap : overlaps) print(overlap, list);
  if (overlaps.empty()) std::cout << "  none\n";
  std::cout << "\nIn no population\n" << wrapped("  ", summary_of(uncovered_by(list)));
}

void print_csv(const Definitions& definitions) {
  std::cout << "population,code,title\n";
  for (const Definition& one : definitions.list()) {
    for (const Row& row : rows_of(covered_by(one))) {
      std::string line = one.name + ',' + row.code.text() + ',';
      append_field(line, row.title);
      std::cout << line << '\n';
    }
  }
}

int report(const Flags& flags) {
  if (flags.path.empty())
    throw UsageError("FILE is missing. Name the file of definitions; see `dscore sectors --help`.");
  const std::string text = read_definitions_text(flags.path);
  const std::string name = flags.path == "-" ? "stdin" : flags.path;
  if (flags.csv) {
    print_csv(parse_definitions(name, text));
    return kDone;
  }
  const auto problems = problems_of_definitions(name, text);
  for (const std::string& problem : problems) std::cout << problem << '\n';
  if (!problems.empty()) return kFailed;
  print_report(name, parse_definitions(name, text), flags.codes);
  return kDone;
}

int run(const Flags& flags) {
  if (flags.example) {
    std::cout << shipped_definitions();
  } else if (flags.list) {
    std::cout << sbi_list_text();
  } else {
    return report(flags);
  }
  return kDone;
}

std::function<int()> define(CLI::App& app) {
  const auto flags = std::make_shared<Flags>();
  app.add_option("FILE", flags->path, "Sector definitions (TOML), or - for standard input")
      ->check(not_empty())
      ->type_name("");
  CLI::Option* codes = app.add_flag("--codes", flags->codes, "Print every class that a population covers, with title");
  CLI::Option* csv = app.add_flag("--csv", flags->csv, "Print the covered classes as CSV and nothing else");
  CLI::Option* example = app.add_flag("--example", flags->example, "Print the definitions that come with dscore");
  CLI::Option* list = app.add_flag("--list", flags->list, "Print the codes of SBI 2008 with titles, separated by tabs");
  csv->excludes(codes);
  example->excludes(codes)->excludes(csv)->excludes(list);
  list->excludes(codes)->excludes(csv);
  app.footer(kFooter);
  return [flags] {
    flags->path = stream_or_path(flags->path, STDIN_FILENO);
    return run(*flags);
  };
}

}  // namespace

const Command kSectorsCommand{"sectors", "Check sector definitions and print what they cover", define};

}  // namespace dscore::cli
