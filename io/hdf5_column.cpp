// One-dimensional datasets: what they hold, reading with checks, writing in parallel-packed chunks.
#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <cstring>
#include <exception>
#include <limits>
#include <type_traits>

#include "io/chunk_codec.h"
#include "io/hdf5.h"
#include "io/hdf5_image.h"

namespace dscore::hdf5 {
namespace {

static_assert(std::endian::native == std::endian::little, "chunks are packed as they lie in memory");

constexpr std::size_t kChunk = 65536;  // elements

template <class T>
hid_t native_type() {
  if constexpr (std::is_same_v<T, double>) return H5T_NATIVE_DOUBLE;
  if constexpr (std::is_same_v<T, std::int64_t>) return H5T_NATIVE_INT64;
  if constexpr (std::is_same_v<T, std::uint64_t>) return H5T_NATIVE_UINT64;
  if constexpr (std::is_same_v<T, std::uint32_t>) return H5T_NATIVE_UINT32;
  if constexpr (std::is_same_v<T, std::uint16_t>) return H5T_NATIVE_UINT16;
  if constexpr (std::is_same_v<T, std::uint8_t>) return H5T_NATIVE_UINT8;
}

Kind kind_of(hid_t type) {
  const std::size_t size = H5Tget_size(type);
  switch (H5Tget_class(type)) {
    case H5T_INTEGER:
      return size <= 8 ? Kind::integer : Kind::other;
    case H5T_FLOAT:
      return size <= 8 ? Kind::floating : Kind::other;
    case H5T_STRING:
      return Kind::text;
    default:
      return Kind::other;
  }
}

const char* name_of(Kind kind) {
  switch (kind) {
    case Kind::integer:
      return "integers";
    case Kind::floating:
      return "floating-point numbers";
    case Kind::text:
      return "strings";
    case Kind::other:
      break;
  }
  return "values of a type that dscore does not read";
}

bool is_signed(hid_t type) { return H5Tget_sign(type) == H5T_SGN_2; }

// Elements per chunk, or 0 for another layout.
std::size_t chunk_length(hid_t dataset) {
  const Handle creation(H5Dget_create_plist(dataset), H5Pclose);
  hsize_t chunk = 0;
  if (H5Pget_layout(creation.get()) != H5D_CHUNKED || H5Pget_chunk(creation.get(), 1, &chunk) != 1) return 0;
  return chunk;
}

bool is_shuffled_and_deflated(hid_t dataset) {
  const Handle creation(H5Dget_create_plist(dataset), H5Pclose);
  if (H5Pget_nfilters(creation.get()) != 2) return false;
  const std::array<H5Z_filter_t, 2> wanted{H5Z_FILTER_SHUFFLE, H5Z_FILTER_DEFLATE};
  for (unsigned i = 0; i < wanted.size(); ++i) {
    unsigned flags = 0;
    unsigned config = 0;
    std::array<unsigned, 8> values{};
    std::size_t count = values.size();
    if (H5Pget_filter2(creation.get(), i, &flags, &count, values.data(), 0, nullptr, &config) != wanted[i])
      return false;
  }
  return true;
}

// Chunks as they were written by write_packed, unpacked in parallel. False: read it HDF5's way, which also finds
// the reason if the data are damaged.
bool read_packed(hid_t dataset, std::uint64_t file_bytes, std::size_t element_bytes, std::span<std::byte> data) {
  const std::size_t chunk_bytes = chunk_length(dataset) * element_bytes;
  if (chunk_bytes == 0 || data.size() < 2 * chunk_bytes || !is_shuffled_and_deflated(dataset)) return false;
  const std::size_t chunks = (data.size() + chunk_bytes - 1) / chunk_bytes;
  std::vector<std::vector<std::byte>> packed(chunks);
  for (std::size_t c = 0; c < chunks; ++c) {
    const hsize_t offset = c * (chunk_bytes / element_bytes);
    hsize_t size = 0;
    std::uint32_t mask = 0;
    if (H5Dget_chunk_storage_size(dataset, &offset, &size) < 0 || size == 0 || size > file_bytes) return false;
    packed[c].resize(size);
    if (H5Dread_chunk(dataset, H5P_DEFAULT, &offset, &mask, packed[c].data()) < 0 || mask != 0) return false;
  }
  bool good = true;
#pragma omp parallel for schedule(dynamic) reduction(&& : good) if (chunks > 1)
  for (std::size_t c = 0; c < chunks; ++c) {
    try {
      const auto target = data.subspan(c * chunk_bytes, std::min(chunk_bytes, data.size() - c * chunk_bytes));
      if (target.size() == chunk_bytes) {
        good = good && detail::unpack_chunk(packed[c], element_bytes, target);
      } else {
        std::vector<std::byte> whole(chunk_bytes);
        good = good && detail::unpack_chunk(packed[c], element_bytes, whole);
        std::copy_n(whole.begin(), target.size(), target.begin());
      }
    } catch (const std::exception&) {
      good = false;  // no memory; an exception must not leave the parallel region
    }
  }
  return good;
}

}  // namespace

Handle File::open_dataset(const std::string& path) const {
  if (!has(path)) fail(path, "no such dataset.");
  Handle object = open_object(path);
  if (H5Iget_type(object.get()) != H5I_DATASET) fail(path, "a group, where a dataset is needed.");
  const Handle space(H5Dget_space(object.get()), H5Sclose);
  if (H5Sget_simple_extent_type(space.get()) != H5S_SIMPLE || H5Sget_simple_extent_ndims(space.get()) != 1) {
    fail(path, "must be one-dimensional.");
  }
  return object;
}

ColumnInfo File::info(const std::string& path) const {
  const Handle dataset = open_dataset(path);
  const Handle type(H5Dget_type(dataset.get()), H5Tclose);
  const Handle space(H5Dget_space(dataset.get()), H5Sclose);
  const auto length = static_cast<std::size_t>(H5Sget_simple_extent_npoints(space.get()));
  check_size(path, length, std::max<std::size_t>(8, H5Tget_size(type.get())), dataset.get());
  return {kind_of(type.get()), length};
}

void File::check_size(const std::string& path, std::size_t length, std::size_t element_bytes, hid_t dataset) const {
  // Deflate packs at most 1,032 to 1: a dataset that claims far more than the file can hold is not one to make room
  // for.
  const std::uint64_t most = bytes_ * 1100 + (std::uint64_t{64} << 20);
  if (std::max(length, chunk_length(dataset)) > most / std::max<std::size_t>(element_bytes, 1)) {
    fail(path, "claims " + std::to_string(length) + " values, more than a file of " + std::to_string(bytes_) +
                   " bytes can hold: damaged or never filled. Make the file again.");
  }
}

template <class T>
std::vector<T> File::read(const std::string& path) const {
  const ColumnInfo column = info(path);
  const Kind kind = column.kind;
  const std::size_t length = column.length;
  const Handle dataset = open_dataset(path);
  const Handle type(H5Dget_type(dataset.get()), H5Tclose);
  constexpr bool kFloating = std::is_floating_point_v<T>;
  if (kind != Kind::integer && !(kFloating && kind == Kind::floating)) {
    fail(path, std::string("holds ") + name_of(kind) + ", where " + (kFloating ? "numbers" : "integers") +
                   " are needed. See io/schema.md.");
  }
  const auto read_as = [&](auto element) {
    std::vector<decltype(element)> values(length);
    const hid_t memory_type = native_type<decltype(element)>();
    if (H5Tequal(type.get(), memory_type) > 0 &&
        read_packed(dataset.get(), bytes_, sizeof(element), std::as_writable_bytes(std::span(values)))) {
      return values;
    }
    if (length > 0 && H5Dread(dataset.get(), memory_type, H5S_ALL, H5S_ALL, H5P_DEFAULT, values.data()) < 0) {
      fail(path, "cannot be read (" + last_reason() + "): damaged, or packed by a filter that is not here.");
    }
    return values;
  };
  // HDF5 clips what does not fit instead of refusing it: read as 64 bits, then look.
  const auto narrow = [&](const auto& wide) {
    std::vector<T> values(length);
    for (std::size_t i = 0; i < length; ++i) {
      bool fits = true;
      if constexpr (kFloating) {
        constexpr std::uint64_t kExact = std::uint64_t{1} << 53;
        fits = wide[i] < 0 ? std::uint64_t{0} - static_cast<std::uint64_t>(wide[i]) <= kExact
                           : static_cast<std::uint64_t>(wide[i]) <= kExact;
      } else {
        fits = std::in_range<T>(wide[i]);
      }
      if (!fits) {
        fail(path + ", index " + std::to_string(i),
             std::to_string(wide[i]) + " is too large or too small for this column. See io/schema.md.");
      }
      values[i] = static_cast<T>(wide[i]);
    }
    return values;
  };
  if (kind == Kind::floating) {
    if constexpr (kFloating) return read_as(T{});
  }
  const bool sign = is_signed(type.get());
  if constexpr (!kFloating) {
    const std::size_t size = H5Tget_size(type.get());
    const bool fits = std::is_signed_v<T> == sign ? size <= sizeof(T) : !sign && size < sizeof(T);
    if (fits) return read_as(T{});
  }
  return sign ? narrow(read_as(std::int64_t{})) : narrow(read_as(std::uint64_t{}));
}

std::vector<std::string> File::read_text(const std::string& path) const {
  const ColumnInfo column = info(path);
  const Kind kind = column.kind;
  const std::size_t length = column.length;
  const Handle dataset = open_dataset(path);
  const Handle type(H5Dget_type(dataset.get()), H5Tclose);
  if (kind != Kind::text) fail(path, std::string("holds ") + name_of(kind) + ", where strings are needed.");
  std::vector<std::string> values;
  if (H5Tis_variable_str(type.get()) > 0) {
    fail(path,
         "holds strings of variable length, which HDF5 cannot read safely where a file is damaged. Store them "
         "with a fixed length (h5py: dtype=\"S64\").");
  }
  if (length == 0) return values;
  const std::size_t width = H5Tget_size(type.get());
  std::string packed(width * length, '\0');
  if (H5Dread(dataset.get(), type.get(), H5S_ALL, H5S_ALL, H5P_DEFAULT, packed.data()) < 0) {
    fail(path, "cannot be read (" + last_reason() + "): damaged, or packed by a filter that is not here.");
  }
  const bool space_padded = H5Tget_strpad(type.get()) == H5T_STR_SPACEPAD;
  values.reserve(length);
  for (std::size_t i = 0; i < length; ++i) {
    std::string text = packed.substr(i * width, width);
    text.resize(std::min(text.size(), text.find('\0')));
    if (space_padded) text.resize(text.find_last_not_of(' ') + 1);
    values.push_back(std::move(text));
  }
  return values;
}

void File::write_packed(const std::string& path, hid_t type, std::span<const std::byte> data,
                        std::size_t element_bytes) {
  const hsize_t length = data.size() / element_bytes;
  const hsize_t chunk = std::min<hsize_t>(length, kChunk);
  const Handle creation(H5Pcreate(H5P_DATASET_CREATE), H5Pclose);
  const Handle space(H5Screate_simple(1, &length, nullptr), H5Sclose);
  H5Pset_obj_track_times(creation.get(), false);
  if (length > 0) {
    H5Pset_chunk(creation.get(), 1, &chunk);
    H5Pset_shuffle(creation.get());
    H5Pset_deflate(creation.get(), 1);
  }
  const Handle dataset(
      H5Dcreate2(file_.get(), path.c_str(), type, space.get(), H5P_DEFAULT, creation.get(), H5P_DEFAULT), H5Dclose);
  if (!dataset.valid()) fail(path, "cannot be made (" + last_reason() + ").");
  if (length == 0) return;

  // Always packed, even where that gains nothing: the Adler-32 sum inside guards the data.
  const std::size_t chunks = (length + chunk - 1) / chunk;
  std::vector<std::vector<std::byte>> packed(chunks);
  bool good = true;
#pragma omp parallel for schedule(dynamic) reduction(&& : good) if (chunks > 1)
  for (std::size_t c = 0; c < chunks; ++c) {
    try {
      const std::size_t begin = c * chunk * element_bytes;
      const std::size_t size = chunk * element_bytes;
      if (begin + size <= data.size()) {
        packed[c] = detail::pack_chunk(data.subspan(begin, size), element_bytes);
      } else {
        std::vector<std::byte> whole(size);  // filled up with zeros
        std::copy(data.begin() + static_cast<std::ptrdiff_t>(begin), data.end(), whole.begin());
        packed[c] = detail::pack_chunk(whole, element_bytes);
      }
    } catch (const std::exception&) {
      good = false;  // an exception must not leave the parallel region
    }
  }
  if (!good) fail(path, "not enough memory to pack it.");
  for (std::size_t c = 0; c < chunks; ++c) {
    const hsize_t offset = c * chunk;
    if (H5Dwrite_chunk(dataset.get(), H5P_DEFAULT, 0, &offset, packed[c].size(), packed[c].data()) < 0) {
      fail(path, "cannot be written (" + last_reason() + ").");
    }
  }
}

template <class T>
void File::write(const std::string& path, std::span<const T> values) {
  write_packed(path, native_type<T>(), std::as_bytes(values), sizeof(T));
}

template std::vector<double> File::read<double>(const std::string&) const;
template std::vector<std::int64_t> File::read<std::int64_t>(const std::string&) const;
template std::vector<std::uint64_t> File::read<std::uint64_t>(const std::string&) const;
template std::vector<std::uint32_t> File::read<std::uint32_t>(const std::string&) const;
template std::vector<std::uint16_t> File::read<std::uint16_t>(const std::string&) const;
template std::vector<std::uint8_t> File::read<std::uint8_t>(const std::string&) const;
template void File::write<double>(const std::string&, std::span<const double>);
template void File::write<std::int64_t>(const std::string&, std::span<const std::int64_t>);
template void File::write<std::uint64_t>(const std::string&, std::span<const std::uint64_t>);
template void File::write<std::uint32_t>(const std::string&, std::span<const std::uint32_t>);
template void File::write<std::uint16_t>(const std::string&, std::span<const std::uint16_t>);
template void File::write<std::uint8_t>(const std::string&, std::span<const std::uint8_t>);

}  // namespace dscore::hdf5
