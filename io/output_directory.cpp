#include "io/output_directory.h"

#include <filesystem>
#include <system_error>
#include <utility>

#include "kernels/error.h"

namespace dscore {

OutputDirectory::OutputDirectory(std::string path) : path_(std::move(path)) {
  std::error_code code;
  remove_ = std::filesystem::create_directory(path_, code);
  if (code) {
    throw Error(path_ + ": cannot make this directory: " + code.message() +
                ". Make it first, or name another with -d.");
  }
}

OutputDirectory::~OutputDirectory() {
  files_.clear();
  std::error_code ignored;
  if (remove_) std::filesystem::remove(path_, ignored);  // only if empty
}

TextOutput& OutputDirectory::open(const std::string& name) {
  const std::string path = (std::filesystem::path(path_) / name).string();
  return *files_.emplace_back(std::make_unique<TextOutput>(path));
}

void OutputDirectory::commit() {
  for (const auto& file : files_) file->finish();
  for (const auto& file : files_) file->commit();
  remove_ = false;
}

}  // namespace dscore
