"""What stands around the calls of drawn programs: callbacks, steps, files."""

from __future__ import annotations

from tests.calls.drawing import Draw

CALLBACKS = (
    *("keras.callbacks.EarlyStopping(patience=2)", "keras.callbacks.TerminateOnNaN()"),
    *("keras.callbacks.EarlyStopping(monitor='loss', patience=1)", "keras.callbacks.History()"),
    *("keras.callbacks.ReduceLROnPlateau(monitor='loss', factor=0.5)",),
    *("keras.callbacks.ModelCheckpoint('m.keras', monitor='loss', save_best_only=True)",),
    *("keras.callbacks.LearningRateScheduler(lambda epoch: 0.1)",),
    *("keras.callbacks.ModelCheckpoint('m.weights.h5', save_weights_only=True)",),
    *("keras.callbacks.CSVLogger('log.csv')", "keras.callbacks.ModelCheckpoint('m.h5')"),
)
WRONG_CALLBACKS = (
    *("keras.callbacks.EarlyStopping(monitors='loss')", "keras.callbacks.EarlyStop()"),
    *("keras.callbacks.ModelCheckpoint('m.hdf5')", "keras.callbacks.ModelCheckpoint('m')"),
    *("keras.callbacks.ModelCheckpoint('m.h5', save_weights_only=True)",),
    *("keras.callbacks.ModelCheckpoint('m.keras', period=1)", "'EarlyStopping'"),
    *("keras.callbacks.ModelCheckpoint('m.keras', save_best=True)",),
    *("keras.callbacks.ModelCheckpoint('m.keras', save_weights_only=True)",),
    *("keras.callbacks.ReduceLROnPlateau(monitor='loss', epsilon=0.1)",),
    *("keras.callbacks.ReduceLROnPlateau(monitor='loss', factor=1.5)",),
    *("keras.callbacks.EarlyStopping(mode='lowest', monitor='loss')",),
    *("keras.callbacks.ModelCheckpoint(filename='m.keras')", "keras.callbacks.ModelCheckpoint()"),
    *("keras.callbacks.EarlyStopping(patience=2, monitor='val_los')",),
    *("keras.callbacks.EarlyStopping(monitor='loss', patients=2)",),
    *("keras.callbacks.CSVLogger()", "keras.callbacks.LearningRateScheduler()"),
    *("keras.callbacks.ModelCheckpoint('m.tf', save_freq='epoch')",),
    *("keras.callbacks.ModelCheckpoint('m.keras', save_freq='batch')",),
    *("keras.callbacks.ModelCheckpoint('m.ckpt', save_weights_only=True)",),
    *("keras.callbacks.TensorBoard(log_dir='logs', write_grads=True)",),
)
STEPS = ("steps_per_epoch=1", "validation_split=0.5", "shuffle=True", "initial_epoch=0")
WRONG_STEPS = (
    *("steps_per_epoch=0", "steps_per_epoch=-1", "validation_split=1.0", "validation_split=1.5"),
    *("epochs=0", "epochs='1'", "epochs=1.0", "batch_size=0", "batch_size='2'", "batch_size=2.0"),
    *("validation_steps=1", "validation_batch_size=2", "validation_freq=1", "steps_per_epoch=1.0"),
    *("steps=1", "initial_epoch=1", "validation_split=0.01", "validation_split=0.99"),
    *("epochs=None", "batch_size=None", "batch_size=-2", "steps_per_epoch='1'", "epoch=1"),
)
SAVED = (
    *("model.save('model.keras')", "model.save_weights('a.weights.h5')", "model.save('model.h5')"),
    *("model.save_weights('a.weights.h5')\nmodel.load_weights('a.weights.h5')",),
    *("model.summary()", "model.get_weights()", "model.count_params()", "model.to_json()"),
    *("model.save(filepath='model.keras')\nother = keras.models.load_model('model.keras')",),
    *("model.summary(line_length=80)", "model.get_config()", "model.layers[-1].get_weights()"),
    *("model.set_weights(model.get_weights())", "model.trainable_weights"),
)
WRONG_SAVED = (
    *("model.save('model')", "model.save_weights('weights.h5')", "model.save('model.hdf5')"),
    *(
        "model.save('model.tf')",
        "model.save_weights('weights')",
        "model.save('model', save_format='h5')",
    ),
    *("model.save('model.keras', save_format='tf')", "model.save_weights('w.keras')"),
    *("model.load_weights('weights')",),
    *("keras.models.save_model(model, 'model')", "model.save_weights('a.ckpt')"),
    *("model.predict_classes(np.zeros((2, 4)))", "model.fit_generator([])", "model.to_yaml()"),
    *("model.reset_states()", "model.save('model.keras', overwrite=True)", "model.output_shapes"),
    *("model.evaluate_generator([])", "model.predict_proba(np.zeros((2, 4)))", "model.summery()"),
    *("model.save('model.keras', include_optimizer=False)", "model.add_loss(0.0)"),
)


WEIGHTS_FILES = (
    *("{}\nother.load_weights('a.weights.h5')", "other.set_weights(model.get_weights())"),
    *("{}\nother.load_weights('a.weights.h5', by_name=True)", "other.set_weights(model.weights)"),
    *("{}\nother.load_weights('a.weights.h5', skip_mismatch=True)",),
    *("model.save('a.keras')\nkeras.models.load_model('a.keras').predict(np.zeros((2, 4)))",),
)
OTHERS = (
    *("model", "keras.models.clone_model(model)", "Sequential([Input((4,)), layers.Dense(3)])"),
    *("Sequential([Input((4,)), layers.Dense(3), layers.Dense(2)])",),
    *("Sequential([Input((6,)), layers.Dense(4), layers.Dense(1)])",),
    *("Sequential([Input((4,)), layers.Dense(4), layers.Dropout(0.1), layers.Dense(1)])",),
)


def weights_files(draw: Draw) -> str:
    """Write how another model takes the weights of a model."""
    given = draw.choice(WEIGHTS_FILES).format("model.save_weights('a.weights.h5')")
    return f"other = {draw.choice(OTHERS)}\n{given}"


def callbacks(draw: Draw) -> str:
    """Write the argument `callbacks`."""
    wrong = draw.has("callbacks")
    rows = [draw.choice(CALLBACKS)]
    if wrong and draw.chance(75):
        rows[0] = draw.choice(WRONG_CALLBACKS)
    if draw.chance(30):
        rows.append(draw.choice(CALLBACKS))
    if wrong and draw.chance(20):
        return f"callbacks={rows[0]}"
    return f"callbacks=[{', '.join(rows)}]"


def steps(draw: Draw) -> str:
    """Write an argument that counts."""
    return draw.choice(WRONG_STEPS if draw.has("steps") else STEPS)


def saved(draw: Draw) -> str:
    """Write what is done with a model besides its calls."""
    return draw.choice(WRONG_SAVED if draw.has("save") else SAVED)
