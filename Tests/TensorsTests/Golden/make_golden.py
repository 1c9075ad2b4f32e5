"""Makes the golden values beside this script from the layers' reference files (needs h5py).

    python3 make_golden.py FOLDER_OF_B_LAYERS

The reference files hold what PyTorch and torchvision computed in float64; their versions go into each
file made here. Files are in the safetensors format: one per family, arrays named CASE/NAME, the
parameters of each case as JSON under the key CASE of the metadata. Every case speaks the same names:
inputs x, w, b, ...; gy, the gradient of the loss with respect to the output y; gx, gw, ... what the
inputs receive. Left out are float32 results and the three largest cases.
"""
import json, os, struct, sys
import h5py
import numpy as np

VERSION = "1"
TYPES = {"float32": "F32", "float64": "F64", "int32": "I32"}
TOO_LARGE = {"fcn_bilinear_k64s32_full_diag", "linear_wide", "k3s1p1_wide_c"}


def arrays(group):
    """The arrays of a case without float32 results, `_f64` taken off their names."""
    return {k.removesuffix("_f64"): v[()] for k, v in group.items() if not k.endswith("_f32")}


def plain(group):
    a = arrays(group)
    a.pop("aux0", None)
    return a


def batch_norm(group):
    a = arrays(group)
    if "running_mean_before" not in a:
        return None
    train = json.loads(group.attrs["params"])["train"]
    out = {k: a[k] for k in ("w", "b", "gy", "y", "gx", "gw", "gb") if k in a}
    out["x"] = a["x"][-1]
    prefix = ("batch_mean", "batch_var_biased") if train else ("running_mean_before", "running_var_before")
    out["mean"], out["variance"] = a[prefix[0]], a[prefix[1]]
    return out


def loss(group):
    a, name = arrays(group), group.name.strip("/")
    if name == "softmax_ce_soft_weighted":  # one pair per class; the pixel weights are the gradient
        n, q, h, w = a["q"].shape
        classes = np.broadcast_to(np.arange(q, dtype=np.int32)[None, :, None, None], a["q"].shape)
        return dict(x=a["z"], classes=classes, weights=a["q"], gy=a["w"], y=a["per_pixel_ce"], gx=a["gz_sum"])
    if name == "softmax_ce_extreme":
        classes = np.broadcast_to(np.arange(3, dtype=np.int32)[None, :, None, None], a["q"].shape)
        return dict(x=a["z"], classes=classes, weights=a["q"], sum=a["loss_sum"].reshape(()), gx=a["gz_sum"])
    if name.startswith("softmax_ce_hard"):  # void pixels are pairs of weight 0
        classes = a["labels"][:, None].astype(np.int32)
        return dict(x=a["z"], classes=classes, weights=(classes != 255).astype(np.float32),
                    sum=a["loss_sum"].reshape(()), gx=a["gz_sum"])
    return None if name == "fast_rcnn_multitask" else a


def optimizer(group):
    a = arrays(group)
    if "p0" not in a or "final_max_exp_avg_sq" in a:
        return None
    return {k: a[k] for k in ("p0", "grads", "p")}


def pointwise(group):
    a = arrays(group)
    if json.loads(group.attrs["params"])["op"] in ("sigmoid", "tanh", "softmax", "log_softmax"):
        return None  # not operations of this package
    if "mask" in a:
        a["mask"] = a["mask"].astype(np.float32)
    return a


def interpolate(group):
    p = json.loads(group.attrs["params"])
    return plain(group) if p["mode"] == "bilinear" and not p.get("antialias") else None


def pool(group):
    p = json.loads(group.attrs["params"])
    adaptive = p.get("op", "").startswith("adaptive") and group.name != "/adaptive_avg_1x1"
    return None if adaptive else plain(group)


def roi(group):
    return None if group.name.startswith("/box") else arrays(group)


FAMILIES = [
    ("conv2d", plain), ("conv_transpose2d", plain), ("batch_norm", batch_norm), ("pool", pool),
    ("pointwise_lrn_linear", pointwise), ("interpolate", interpolate), ("loss", loss), ("roi", roi),
    ("optim", optimizer)]


def write(path, metadata, tensors):
    header, offset, blobs = {"__metadata__": metadata}, 0, []
    for name in sorted(tensors):
        array = np.ascontiguousarray(tensors[name])
        shape = np.shape(tensors[name])  # ascontiguousarray turns [] into [1]
        header[name] = dict(dtype=TYPES[str(array.dtype)], shape=list(shape), data_offsets=[offset, offset + array.nbytes])
        offset += array.nbytes
        blobs.append(array.tobytes())
    text = json.dumps(header, separators=(",", ":")).encode()
    text += b" " * (-len(text) % 8)
    with open(path, "wb") as f:
        f.write(struct.pack("<Q", len(text)) + text + b"".join(blobs))
    return 8 + len(text) + offset


def main(folder):
    here, total = os.path.dirname(os.path.abspath(__file__)), 0
    for family, convert in FAMILIES:
        with h5py.File(os.path.join(folder, family + ".h5")) as f:
            metadata = {"golden": "pigment", "version": VERSION, "family": family}
            metadata |= {k: f.attrs[k].decode() for k in ("torch", "torchvision", "generator")}
            metadata |= {"numpy": np.__version__, "h5py": h5py.__version__}
            tensors = {}
            for name, group in f.items():
                found = convert(group) if name not in TOO_LARGE else None
                if found is None:
                    continue
                metadata["case " + name] = group.attrs["params"].decode()
                tensors |= {f"{name}/{k}": v for k, v in found.items()}
        size = write(os.path.join(here, family + ".safetensors"), metadata, tensors)
        total += size
        print(f"{family}: {len(tensors)} arrays, {size} bytes")
    print("total", total)


main(sys.argv[1])
