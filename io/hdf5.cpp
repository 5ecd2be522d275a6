#include "io/hdf5.h"

#include <algorithm>
#include <array>
#include <atomic>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <mutex>
#include <system_error>
#include <utility>

#include "io/hdf5_image.h"

namespace dscore::hdf5 {
namespace {

constexpr std::string_view kSignature("\x89HDF\r\n\x1a\n", 8);

// Called before anything else here: HDF5 must not print, nor work at exit on files that it could not close.
void quiet() {
  static std::once_flag once;
  std::call_once(once, H5dont_atexit);
  H5Eset_auto2(H5E_DEFAULT, nullptr, nullptr);
}

// Memory of files that HDF5 could not close, and may still use.
void keep_for_ever(std::unique_ptr<Image> image) {
  static std::mutex mutex;
  static auto& kept = *new std::vector<std::unique_ptr<Image>>;  // not destroyed at exit
  const std::lock_guard lock(mutex);
  kept.push_back(std::move(image));
}

Handle access_list() {
  Handle list(H5Pcreate(H5P_FILE_ACCESS), H5Pclose);
  // The 1.10 format: checksums on all metadata, readable by h5py, pandas (PyTables) and rhdf5.
  H5Pset_libver_bounds(list.get(), H5F_LIBVER_V110, H5F_LIBVER_LATEST);
#if H5_VERSION_GE(1, 10, 7)
  H5Pset_file_locking(list.get(), false, true);  // cluster file systems often cannot lock, and files appear complete
#endif
  return list;
}

// HDF5 keeps files in memory by name and refuses the name of a file on disk.
std::string unused_name() {
  static std::atomic<unsigned long> count{0};
  return "/dev/null/dscore-memory-" + std::to_string(count++);
}

herr_t innermost(unsigned position, const H5E_error2_t* error, void* text) {
  if (position == 0 && error->desc != nullptr) *static_cast<std::string*>(text) = error->desc;
  return 0;
}

Handle string_type(std::size_t size) {
  Handle type(H5Tcopy(H5T_C_S1), H5Tclose);
  H5Tset_size(type.get(), size);
  H5Tset_cset(type.get(), H5T_CSET_UTF8);
  H5Tset_strpad(type.get(), H5T_STR_NULLPAD);
  return type;
}

}  // namespace

Handle& Handle::operator=(Handle&& other) noexcept {
  if (this != &other) {
    reset();
    id_ = std::exchange(other.id_, H5I_INVALID_HID);
    close_ = other.close_;
  }
  return *this;
}

herr_t Handle::reset() {
  const hid_t id = std::exchange(id_, H5I_INVALID_HID);
  return id >= 0 ? close_(id) : 0;
}

std::string last_reason() {
  std::string text;
  H5Ewalk2(H5E_DEFAULT, H5E_WALK_UPWARD, innermost, &text);
  constexpr std::size_t kLongest = 300;
  if (text.size() > kLongest) text.resize(kLongest);
  return text.empty() ? "HDF5 gives no reason" : text;
}

bool looks_like_hdf5(std::string_view bytes) {
  for (std::size_t at = 0; at + kSignature.size() <= bytes.size(); at = at == 0 ? 512 : 2 * at) {
    if (bytes.substr(at, kSignature.size()) == kSignature) return true;
  }
  return false;
}

File::File(Handle file, std::string name, std::uint64_t bytes)
    : file_(std::move(file)), name_(std::move(name)), bytes_(bytes) {}
File::File(File&&) noexcept = default;
File& File::operator=(File&& other) noexcept {
  if (this != &other) {
    close();
    file_ = std::move(other.file_);
    image_ = std::move(other.image_);
    name_ = std::move(other.name_);
    bytes_ = other.bytes_;
  }
  return *this;
}
File::~File() { close(); }

bool File::close() {
  const bool closed = file_.reset() >= 0;
  if (!closed && image_) keep_for_ever(std::move(image_));
  return closed;
}

void File::fail(const std::string& path, const std::string& what) const {
  throw Error(name_ + ", " + path + ": " + what);
}

File File::open(const std::string& path) {
  quiet();
  std::error_code code;
  const auto status = std::filesystem::status(path, code);
  if (!std::filesystem::exists(status)) {
    throw Error(path + ": cannot open: " + (code ? code.message() : "no such file") + ". Check the name.");
  }
  if (std::filesystem::is_directory(status)) throw Error(path + ": a directory, where an HDF5 file is needed.");
  if (!std::filesystem::is_regular_file(status)) {
    throw Error(path + ": not a regular file. HDF5 cannot be read from a pipe or device: save it to a file first.");
  }
  std::array<char, 4096> head{};
  std::ifstream stream(path, std::ios::binary);
  if (!stream) {
    throw Error(path + ": cannot open: " + std::generic_category().message(errno) + ". Check that you may read it.");
  }
  stream.read(head.data(), head.size());
  if (!looks_like_hdf5({head.data(), static_cast<std::size_t>(stream.gcount())})) {
    throw Error(path + ": not an HDF5 file. Give a file that dscore made (io/schema.md describes it).");
  }
  const auto bytes = std::filesystem::file_size(path, code);
  const Handle access = access_list();
  Handle file(H5Fopen(path.c_str(), H5F_ACC_RDONLY, access.get()), H5Fclose);
  if (!file.valid()) {
    throw Error(path + ": cannot be opened as HDF5 (" + last_reason() +
                "): truncated, damaged or still being written. Make it or copy it again.");
  }
  return {std::move(file), path, code ? 0 : bytes};
}

namespace {

Handle open_in_memory(Image& image, unsigned flags, const std::string& name) {
  const Handle access = access_list();
  if (image.attach(access.get()) < 0) throw Error(name + ": cannot be opened in memory (" + last_reason() + ").");
  Handle file(H5Fopen(unused_name().c_str(), flags, access.get()), H5Fclose);
  if (!file.valid()) {
    throw Error(name + ": cannot be opened as HDF5 (" + last_reason() +
                "): truncated or damaged. Make it or copy it again.");
  }
  return file;
}

}  // namespace

File File::view(std::string_view bytes, const std::string& name) {
  quiet();
  auto image = std::make_unique<Image>();
  image->borrow(bytes);
  File file(open_in_memory(*image, H5F_ACC_RDONLY, name), name, bytes.size());
  file.image_ = std::move(image);
  return file;
}

File File::edit(std::string_view bytes, const std::string& name) {
  quiet();
  auto image = std::make_unique<Image>();
  image->copy(bytes);
  File file(open_in_memory(*image, H5F_ACC_RDWR, name), name, bytes.size());
  file.image_ = std::move(image);
  return file;
}

File File::create(const std::string& name) {
  quiet();
  auto image = std::make_unique<Image>();
  const Handle access = access_list();
  const Handle creation(H5Pcreate(H5P_FILE_CREATE), H5Pclose);
  H5Pset_obj_track_times(creation.get(), false);
  if (image->attach(access.get()) < 0) throw Error(name + ": cannot be made in memory (" + last_reason() + ").");
  Handle handle(H5Fcreate(unused_name().c_str(), H5F_ACC_TRUNC, creation.get(), access.get()), H5Fclose);
  if (!handle.valid()) throw Error(name + ": cannot be made in memory (" + last_reason() + ").");
  File file(std::move(handle), name, 0);
  file.image_ = std::move(image);
  return file;
}

std::string File::take_bytes() {
  const auto insist = [&](bool good, const char* step) {
    if (!good) throw Error(name_ + ": cannot be finished in memory: " + step + " failed (" + last_reason() + ").");
  };
  hsize_t user_block = 0;
  insist(H5Fflush(file_.get(), H5F_SCOPE_GLOBAL) >= 0, "flushing");
  const ssize_t end = H5Fget_file_image(file_.get(), nullptr, 0);  // the size alone: our memory is longer
  insist(end >= 0, "asking for the size");
  {
    const Handle creation(H5Fget_create_plist(file_.get()), H5Pclose);
    insist(H5Pget_userblock(creation.get(), &user_block) >= 0, "asking for the user block");
  }
  insist(close(), "closing");
  const std::string_view content = image_->content();
  std::string bytes(content.substr(0, std::min<std::size_t>(content.size(), static_cast<hsize_t>(end) + user_block)));
  image_.reset();
  return bytes;
}

bool File::has(const std::string& path) const {
  if (path == "/") return true;
  for (std::size_t slash = path.find('/', 1);; slash = path.find('/', slash + 1)) {
    if (H5Lexists(file_.get(), path.substr(0, slash).c_str(), H5P_DEFAULT) <= 0) return false;
    if (slash == std::string::npos) return H5Oexists_by_name(file_.get(), path.c_str(), H5P_DEFAULT) > 0;
  }
}

void File::make_group(const std::string& path) {
  const Handle creation(H5Pcreate(H5P_GROUP_CREATE), H5Pclose);
  H5Pset_obj_track_times(creation.get(), false);
  H5Pset_link_creation_order(creation.get(), H5P_CRT_ORDER_TRACKED | H5P_CRT_ORDER_INDEXED);
  H5Pset_attr_creation_order(creation.get(), H5P_CRT_ORDER_TRACKED | H5P_CRT_ORDER_INDEXED);
  const Handle group(H5Gcreate2(file_.get(), path.c_str(), H5P_DEFAULT, creation.get(), H5P_DEFAULT), H5Gclose);
  if (!group.valid()) fail(path, "cannot be made (" + last_reason() + ").");
}

std::vector<std::string> File::datasets(const std::string& group) const {
  const Handle parent = open_object(group);
  if (H5Iget_type(parent.get()) != H5I_GROUP) fail(group, "not a group.");
  H5G_info_t info{};
  if (H5Gget_info(parent.get(), &info) < 0) fail(group, "cannot be listed (" + last_reason() + ").");
  std::vector<std::string> names;
  for (hsize_t i = 0; i < info.nlinks; ++i) {
    std::array<char, 1024> name{};
    const ssize_t length =
        H5Lget_name_by_idx(parent.get(), ".", H5_INDEX_NAME, H5_ITER_INC, i, name.data(), name.size(), H5P_DEFAULT);
    if (length < 0) fail(group, "cannot be listed (" + last_reason() + ").");
    const Handle object(H5Oopen(parent.get(), name.data(), H5P_DEFAULT), H5Oclose);  // fails for links to nothing
    if (object.valid() && H5Iget_type(object.get()) == H5I_DATASET) names.emplace_back(name.data());
  }
  return names;
}

Handle File::open_object(const std::string& path) const {
  Handle object(H5Oopen(file_.get(), path.c_str(), H5P_DEFAULT), H5Oclose);
  if (!object.valid()) fail(path, "cannot be opened (" + last_reason() + ").");
  return object;
}

void File::set_attribute(const std::string& object, const std::string& name, const ProvenanceValue& value) {
  const Handle target = open_object(object);
  const Handle space(H5Screate(H5S_SCALAR), H5Sclose);
  Handle text_type;
  hid_t stored = H5T_STD_I64LE;
  hid_t given = H5T_NATIVE_INT64;
  std::string text;
  const void* data = std::get_if<std::int64_t>(&value);
  if (const auto* string = std::get_if<std::string>(&value)) {
    text = *string;
    text_type = string_type(std::max<std::size_t>(text.size(), 1));
    stored = given = text_type.get();
    data = text.c_str();
  } else if (const auto* number = std::get_if<double>(&value)) {
    stored = H5T_IEEE_F64LE;
    given = H5T_NATIVE_DOUBLE;
    data = number;
  }
  const Handle attribute(H5Acreate2(target.get(), name.c_str(), stored, space.get(), H5P_DEFAULT, H5P_DEFAULT),
                         H5Aclose);
  if (!attribute.valid() || H5Awrite(attribute.get(), given, data) < 0) {
    fail(object, "attribute " + name + " cannot be written (" + last_reason() + ").");
  }
}

std::optional<ProvenanceValue> File::attribute(const std::string& object, const std::string& name) const {
  const Handle source = open_object(object);
  if (H5Aexists(source.get(), name.c_str()) <= 0) return std::nullopt;
  const std::string what = "attribute " + name;
  const Handle attribute(H5Aopen(source.get(), name.c_str(), H5P_DEFAULT), H5Aclose);
  const Handle type(attribute.valid() ? H5Aget_type(attribute.get()) : -1, H5Tclose);
  const Handle space(attribute.valid() ? H5Aget_space(attribute.get()) : -1, H5Sclose);
  if (!type.valid() || !space.valid()) fail(object, what + " cannot be read (" + last_reason() + ").");
  if (H5Sget_simple_extent_npoints(space.get()) != 1) fail(object, what + " must hold one value.");
  const H5T_class_t type_class = H5Tget_class(type.get());
  if (type_class == H5T_INTEGER) {
    std::int64_t value = 0;
    if (H5Aread(attribute.get(), H5T_NATIVE_INT64, &value) >= 0) return value;
  } else if (type_class == H5T_FLOAT) {
    double value = 0;
    if (H5Aread(attribute.get(), H5T_NATIVE_DOUBLE, &value) >= 0) return value;
  } else if (type_class == H5T_STRING && H5Tis_variable_str(type.get()) > 0) {
    fail(object, what +
                     " is a string of variable length, which HDF5 cannot read safely where a file is damaged. Store "
                     "it with a fixed length (h5py: numpy.bytes_(text)).");
  } else if (type_class == H5T_STRING) {
    const std::size_t size = H5Tget_size(type.get());
    if (size > bytes_) fail(object, what + " claims more bytes than the file has: damaged. Make the file again.");
    std::string text(size, '\0');
    if (H5Aread(attribute.get(), type.get(), text.data()) >= 0) {
      text.resize(std::min(text.size(), text.find('\0')));
      return text;
    }
  } else {
    fail(object, what + " must be a string, an integer or a floating-point number.");
  }
  fail(object, what + " cannot be read (" + last_reason() + ").");
}

std::vector<std::string> File::attribute_names(const std::string& object) const {
  const Handle source = open_object(object);
  std::vector<std::string> names;
  const auto collect = [](hid_t, const char* name, const H5A_info_t*, void* list) -> herr_t {
    static_cast<std::vector<std::string>*>(list)->emplace_back(name);
    return 0;
  };
  hsize_t from = 0;
  if (H5Aiterate2(source.get(), H5_INDEX_CRT_ORDER, H5_ITER_INC, &from, collect, &names) >= 0) return names;
  names.clear();
  from = 0;
  if (H5Aiterate2(source.get(), H5_INDEX_NAME, H5_ITER_INC, &from, collect, &names) < 0) {
    fail(object, "attributes cannot be listed (" + last_reason() + ").");
  }
  return names;
}

void File::write_text(const std::string& path, const std::vector<std::string>& values) {
  std::size_t width = 1;
  for (const auto& value : values) width = std::max(width, value.size());
  std::vector<std::byte> packed(width * values.size());
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (!values[i].empty()) std::memcpy(&packed[i * width], values[i].data(), values[i].size());
  }
  const Handle type = string_type(width);
  write_packed(path, type.get(), packed, width);
}

}  // namespace dscore::hdf5
