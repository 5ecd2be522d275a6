#include "io/output_directory.h"

#include <filesystem>
#include <system_error>
#include <utility>

#include "kernels/error.h"

namespace dscore {

MadeDirectories::MadeDirectories(const std::string& path, const char* flag) {
  std::error_code code;
  std::vector<std::filesystem::path> missing;  // from the inside out
  std::filesystem::path at(path);
  if (!at.has_filename()) at = at.parent_path();  // "a/b/"
  do {
    missing.push_back(at);
    at = at.parent_path();
  } while (!at.empty() && !std::filesystem::exists(at, code));
  for (; !missing.empty(); missing.pop_back()) {
    if (std::filesystem::create_directory(missing.back(), code)) made_.push_back(missing.back());
    if (!code) continue;
    remove();
    throw Error(path + ": cannot make this directory: " + code.message() + ". Make it first, or name another with " +
                flag + ".");
  }
}

void MadeDirectories::remove() {
  std::error_code ignored;
  for (; !made_.empty(); made_.pop_back()) std::filesystem::remove(made_.back(), ignored);  // only if empty
}

OutputDirectory::OutputDirectory(std::string path) : path_(std::move(path)), made_(path_, "-d") {}

OutputDirectory::~OutputDirectory() {
  files_.clear();
  if (!committed_) made_.remove();
}

TextOutput& OutputDirectory::open(const std::string& name) {
  const std::string path = (std::filesystem::path(path_) / name).string();
  return *files_.emplace_back(std::make_unique<TextOutput>(path));
}

void OutputDirectory::commit() {
  for (const auto& file : files_) file->finish();
  for (const auto& file : files_) file->commit();
  committed_ = true;
}

void refuse_disclosed(const std::string& directory) {
  if (std::filesystem::exists(std::filesystem::path(directory) / "disclosure_log.csv")) {
    throw Error(directory +
                ": holds tables that went through disclosure control (disclosure_log.csv). Name another "
                "folder with -d, so that the two are never taken for each other.");
  }
}

}  // namespace dscore
